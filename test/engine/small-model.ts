import { createModel, createOptimizer, type LabelledImages, type Model } from '../../src/engine/index.js'
import { graph, initialize, mbconv, type Network } from '../../src/network/index.js'
import { random } from '../../src/random.js'

/** Three classes of 8 × 8 images; a network with convolutions of both kinds, dropout, shortcuts and biases. */
export function smallNetwork(): Network {
  const net = graph('small', [8, 8, 3])
  let last = net.activation(net.batchNorm(net.conv(net.input, { name: 'stem', filters: 8 })))
  last = mbconv(net, last, { name: 'block', filters: 8, kernel: 3, expansion: 2 })
  last = net.padChannels(net.subsample(last), { before: 1, after: 1 })
  last = net.activation(net.conv(last, { name: 'biased', filters: 8, strides: 2, bias: true }))
  last = net.batchNorm(net.dense(net.globalAveragePool(last), { name: 'hidden', units: 8 }), { name: 'norm' })
  net.dense(net.dropout(last, { rate: 0.1 }), { name: 'classifier', units: 3 })
  return net.finish()
}

export const smallModel = (seed = 1): Model => createModel(initialize(smallNetwork(), seed))

export const momentumFor = (model: Model) => createOptimizer(model.trainable, { kind: 'momentum' })

/** Noise with a class's own tint. */
export function tintedImages(count = 24, seed = 1): LabelledImages {
  const stream = random(seed, 'tinted')
  const labels = Int32Array.from({ length: count }, (_, i) => i % 3)
  const images = Float32Array.from({ length: count * 192 }, (_, i) => {
    const tint = i % 3 === labels[Math.floor(i / 192)] ? 1 : 0
    return tint + 0.5 * stream.normal()
  })
  return { images, labels, count }
}
