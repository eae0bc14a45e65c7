import { describe, expect, it } from 'vitest'
import type { LabelledImages } from '../../src/engine/index.js'
import { NetworkError } from '../../src/errors.js'
import { createNetwork, graph, initialize, type Network, readOnnx } from '../../src/network/index.js'
import { agreement, integerNetwork, SCHEMES } from '../../src/quantize/index.js'
import { random } from '../../src/random.js'
import {
  cifarImages,
  engineOutputs,
  missingShared,
  needsShared,
  quantizedBy,
  sharedModel,
} from './quantized-networks.js'
import { noise, smallNetwork, tinyResnet } from './small.js'

/** Batch norms that do something, and biases. */
function lively(network: Network): Network {
  const stream = random(4, 'lively')
  const weights = Object.fromEntries(
    Object.entries(network.weights).map(([name, { shape, data }]) => {
      const part = name.split('/').at(-1)
      if (part === 'kernel' || part === 'step') return [name, { shape, data }]
      const near = part === 'gamma' || part === 'variance' ? 1 : 0
      return [name, { shape, data: data.map(() => near + 0.3 * Math.tanh(stream.normal())) }]
    }),
  )
  return createNetwork({ ...network, weights })
}

const compared = (network: Network, scheme: (typeof SCHEMES)[number], images: LabelledImages) => {
  const quantized = quantizedBy(scheme, network, images)
  const exact = integerNetwork(quantized.network, quantized).run(images.images, images.count)
  return agreement(exact, engineOutputs(quantized.network, images), exact.length / images.count)
}

describe.each(SCHEMES)('a network of %s', scheme => {
  it.each([
    ['with pooling and a depthwise convolution', smallNetwork],
    ['with shortcuts that pad channels', () => initialize(tinyResnet(), 2)],
  ])('%s gives in integers what the engine simulates', (_, make) => {
    const network = lively(make())
    const { images, apart, sameClass, largestOutput } = compared(network, scheme, noise(network, 24, 5))
    expect(largestOutput).toBeGreaterThan(0.01)
    // A value midway between two steps may be rounded apart.
    expect(apart).toBeLessThanOrEqual(3)
    expect(sameClass).toBeGreaterThanOrEqual(images - 1)
  })
})

describe('what is not quantized', () => {
  it('is computed as the engine computes it, whatever the layer', () => {
    const net = graph('all', [9, 9, 4])
    const functions = ['relu6', 'sigmoid', 'hardSigmoid', 'hardSwish', 'silu'] as const
    let x = net.conv(net.input, { filters: 6, groups: 2, strides: [2, 1], bias: true })
    for (const name of functions) x = net.activation(net.batchNorm(x), { function: name })
    x = net.activation(net.scale(x, { shift: true }), { function: 'leakyRelu', slope: 0.3 })
    const shuffled = net.channelShuffle(net.pad(x, { padding: [1, 0, 2, 1] }), { groups: 3 })
    const slice = net.sliceChannels(shuffled, { start: 1, count: 3 })
    const wide = net.padChannels(slice, { before: 1, after: 2 })
    const sum = net.concat([net.add([wide, shuffled, shuffled]), slice])
    const gate = net.globalAveragePool(sum, { keepSpatial: true })
    const gated = net.multiply([sum, gate, sum])
    const options = { kernel: 3, strides: 2, padding: [1, 1, 0, 1] } as const
    const pooled = net.concat([
      net.pool(gated, { ...options, function: 'max' }),
      net.pool(gated, { ...options, function: 'average' }),
      net.pool(gated, { ...options, function: 'average', includePadding: true }),
    ])
    const vector = net.flatten(net.dropout(net.subsample(pooled, { strides: [2, 1] })))
    const inner = net.dense(vector, { units: 7, name: 'inner' })
    net.softmax(net.scale(net.dense(inner, { units: 5, name: 'last' }), { shift: true }))
    const network = lively(initialize(net.finish(), 3))
    const images = noise(network, 4, 2)
    const exact = integerNetwork(network, { scheme: 'int8', layers: [] }).run(images.images, 4)
    const float = engineOutputs(network, images)
    for (const [i, value] of exact.entries()) expect(value).toBeCloseTo(float[i]!, 5)
  })

  it('is refused by name where it has no such form', () => {
    const net = graph('large', [4, 4, 2])
    net.resize(net.conv(net.input, { filters: 2, name: 'conv' }), { size: 8, name: 'up' })
    const network = initialize(net.finish(), 1)
    expect(() => integerNetwork(network, { scheme: 'int8', layers: [] })).toThrow(/layer "up" \(resize\)/)
  })
})

describe('integers are refused', () => {
  const network = smallNetwork()
  const images = noise(network, 12, 1)
  const { network: quantized, layers } = quantizedBy('int8', network, images)

  it('to a layer that reads what is not rounded', () => {
    expect(() => integerNetwork(network, { scheme: 'int8', layers })).toThrow(NetworkError)
    expect(() => integerNetwork(network, { scheme: 'int8', layers })).toThrow(
      'layer "stem": reads "input", which is not rounded to the 8 bits of int8',
    )
  })

  it('to weights of another scheme', () => {
    expect(() => integerNetwork(quantized, { scheme: 'lightnn-1', layers })).toThrow(
      'layer "stem": its weights are not on the grid of lightnn-1',
    )
  })

  it('to a layer that is none', () => {
    expect(() => integerNetwork(quantized, { scheme: 'int8', layers: ['pool'] })).toThrow(
      'layer "pool": is no convolution or dense layer',
    )
  })

  it('to a step that is none', () => {
    const weights = { ...quantized.weights, 'pool/quantized/step': { shape: [1], data: Float32Array.of(0) } }
    expect(() => integerNetwork({ ...quantized, weights }, { scheme: 'int8', layers })).toThrow(
      'layer "pool/quantized": a step of 0',
    )
  })
})

describe.skipIf(missingShared)(`ResNet-20 on CIFAR-10${needsShared}`, () => {
  const network = missingShared ? smallNetwork() : readOnnx(sharedModel('resnet20_cifar10'))
  const photographs = missingShared ? noise(network) : cifarImages(8)

  it.each(SCHEMES)('classifies in integers of %s what it does in float32', scheme => {
    const { images, sameClass, largestDifference, largestOutput } = compared(network, scheme, photographs)
    expect(sameClass).toBeGreaterThanOrEqual(images - 1)
    expect(largestDifference).toBeLessThan(0.1 * largestOutput)
  })
})
