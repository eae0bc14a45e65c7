import type { LabelledImages } from '../../src/engine/index.js'
import { graph, initialize, type Network, resnet } from '../../src/network/index.js'
import { random } from '../../src/random.js'

/** Pooling behind the activation, a shortcut, a linear bottleneck: 5 layers that multiply, for 8×8 images. */
export function smallNetwork(): Network {
  const net = graph('small', [8, 8, 3])
  const block = (input: string, name: string, filters: number, options = {}) =>
    net.activation(net.batchNorm(net.conv(input, { name, filters, ...options }), { name: `${name}_bn` }), {
      name: `${name}_act`,
    })
  const stem = block(net.input, 'stem', 6)
  const inner = net.batchNorm(net.conv(stem, { name: 'inner', filters: 6 }), { name: 'inner_bn' })
  const sum = net.activation(net.add([stem, inner], { name: 'sum' }), { name: 'sum_act' })
  const pooled = net.pool(sum, { name: 'pool' })
  const linear = net.batchNorm(net.conv(pooled, { name: 'linear', filters: 4, kernel: 1 }), {
    name: 'linear_bn',
  })
  const last = block(linear, 'depthwise', 4, { groups: 4 })
  net.dense(net.globalAveragePool(last, { name: 'average' }), { name: 'classifier', units: 5 })
  return initialize(net.finish(), 2)
}

export const tinyResnet = (): Network => resnet({ depth: 8, classes: 5, widths: [4, 6, 8] })

/** Standard normal images of a network's input. */
export function noise({ input }: Network, count = 12, seed = 1): LabelledImages {
  const stream = random(seed, 'noise')
  const length = input.shape.reduce((product, size) => product * size, count)
  return {
    images: Float32Array.from({ length }, () => stream.normal()),
    labels: Int32Array.from({ length: count }, (_, i) => i % 5),
    count,
  }
}
