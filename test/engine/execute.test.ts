import { describe, expect, it } from 'vitest'
import { predict, tf } from '../../src/engine/index.js'
import {
  ACTIVATION_FUNCTIONS,
  type Graph,
  graph,
  LAYER_TYPES,
  mbconv,
  mobilenetV2,
  type Network,
  resnet,
  type Shape,
} from '../../src/network/index.js'
import { differenceToOnnx, withRandomWeights } from './onnx-runtime.js'

const cases: readonly [string, Shape, (net: Graph) => void][] = [
  ['conv', [6, 7, 3], net => net.conv(net.input, { filters: 4, bias: true })],
  [
    'conv strided, unequally padded',
    [8, 7, 3],
    net => net.conv(net.input, { filters: 4, strides: [2, 1], padding: [0, 1, 2, 1] }),
  ],
  ['conv dilated', [8, 7, 3], net => net.conv(net.input, { filters: 4, dilations: 2 })],
  ['conv in groups', [6, 6, 4], net => net.conv(net.input, { filters: 6, groups: 2 })],
  ['conv depthwise', [7, 8, 4], net => net.conv(net.input, { filters: 4, groups: 4, kernel: 5, strides: 2 })],
  ['conv depthwise, dilated', [7, 8, 4], net => net.conv(net.input, { filters: 4, groups: 4, dilations: 2 })],
  ['conv depthwise, two filters a channel', [6, 6, 4], net => net.conv(net.input, { filters: 8, groups: 4 })],
  ['batchNorm of a map', [4, 5, 3], net => net.batchNorm(net.input)],
  ['batchNorm of a vector', [6], net => net.batchNorm(net.input)],
  ...ACTIVATION_FUNCTIONS.map((name): [string, Shape, (net: Graph) => void] => [
    `activation ${name}`,
    [4, 5, 3],
    net => net.activation(net.input, { function: name }),
  ]),
  ['layerNorm of a map', [4, 5, 6], net => net.layerNorm(net.input)],
  ['layerNorm of a vector', [6], net => net.layerNorm(net.input)],
  ['scale of a map', [4, 5, 3], net => net.scale(net.input, { shift: true })],
  ['scale of a vector', [6], net => net.scale(net.input)],
  ['add', [4, 5, 3], net => net.add([net.input, net.conv(net.input, { filters: 3 }), net.input])],
  ['multiply of maps', [4, 5, 3], net => net.multiply([net.input, net.conv(net.input, { filters: 3 })])],
  ['multiply by a vector', [4, 5, 3], net => net.multiply([net.input, net.globalAveragePool(net.input)])],
  [
    'multiply a vector by a map of one pixel, first',
    [4, 5, 3],
    net => net.multiply([net.globalAveragePool(net.input, { keepSpatial: true }), net.input]),
  ],
  ['multiply of vectors', [6], net => net.multiply([net.input, net.dense(net.input, { units: 6 })])],
  ['concat of maps', [4, 5, 3], net => net.concat([net.input, net.conv(net.input, { filters: 2 })])],
  ['concat of vectors', [6], net => net.concat([net.input, net.dense(net.input, { units: 2 })])],
  ['pool max', [7, 6, 3], net => net.pool(net.input, { kernel: 3, strides: 2, padding: [1, 1, 1, 1] })],
  [
    'pool average',
    [7, 6, 3],
    net =>
      net.pool(net.input, { function: 'average', kernel: [3, 2], strides: [2, 1], padding: [1, 0, 0, 1] }),
  ],
  [
    'pool average that counts the padding',
    [7, 6, 3],
    net =>
      net.pool(net.input, { function: 'average', kernel: 3, padding: [1, 2, 1, 0], includePadding: true }),
  ],
  ['pad', [4, 5, 3], net => net.pad(net.input, { padding: [1, 0, 2, 3] })],
  ['globalAveragePool', [4, 5, 3], net => net.globalAveragePool(net.input)],
  ['globalAveragePool of 7×7', [7, 7, 3], net => net.globalAveragePool(net.input)],
  ['globalAveragePool of 8×8', [8, 8, 3], net => net.globalAveragePool(net.input)],
  ['globalAveragePool to a map', [4, 5, 3], net => net.globalAveragePool(net.input, { keepSpatial: true })],
  ['subsample', [5, 6, 3], net => net.subsample(net.input, { strides: [2, 3] })],
  ['sliceChannels of a map', [4, 5, 6], net => net.sliceChannels(net.input, { start: 1, count: 3 })],
  ['sliceChannels of a vector', [6], net => net.sliceChannels(net.input, { start: 2, count: 2 })],
  ['channelShuffle', [4, 5, 6], net => net.channelShuffle(net.input, { groups: 3 })],
  ['resize nearest', [4, 5, 3], net => net.resize(net.input, { size: [8, 15] })],
  ['resize nearest by odd ratios', [7, 9, 3], net => net.resize(net.input, { size: [10, 4] })],
  ['resize bilinear', [4, 5, 3], net => net.resize(net.input, { size: [9, 3], mode: 'bilinear' })],
  [
    'resize bilinear with aligned corners',
    [4, 5, 3],
    net => net.resize(net.input, { size: [9, 3], mode: 'bilinear', alignCorners: true }),
  ],
  ['resize midpoint', [4, 5, 3], net => net.resize(net.input, { size: [8, 10], mode: 'midpoint' })],
  [
    'resize midpoint to an odd height',
    [4, 5, 3],
    net => net.resize(net.input, { size: [7, 10], mode: 'midpoint' }),
  ],
  ['padChannels of a map', [4, 5, 3], net => net.padChannels(net.input, { before: 1, after: 2 })],
  ['padChannels of a vector', [6], net => net.padChannels(net.input, { before: 1, after: 2 })],
  ['flatten', [4, 5, 3], net => net.dense(net.flatten(net.input), { units: 4 })],
  ['dense', [6], net => net.dense(net.input, { units: 4, bias: false })],
  ['dropout', [6], net => net.dense(net.dropout(net.input), { units: 4 })],
  ['signs', [4, 5, 3], net => net.quantize(net.input, { bits: 1 })],
  ['16 bits', [4, 5, 3], net => net.quantize(net.input, { bits: 16 })],
  ['8 bits', [6], net => net.dense(net.quantize(net.input, { bits: 8 }), { units: 4 })],
  ['softmax of a vector', [6], net => net.softmax(net.input)],
  ['softmax of a map', [4, 5, 3], net => net.softmax(net.input)],
]

const built = cases.map(([name, shape, build]): [string, Network] => {
  const net = graph(name, shape)
  build(net)
  return [name, withRandomWeights(net.finish())]
})

function mbconvNetwork(): Network {
  const net = graph('mbconv', [16, 16, 3])
  let last = net.conv(net.input, { filters: 8, strides: 2 })
  last = mbconv(net, last, { name: 'a', filters: 8, kernel: 5, expansion: 3, activation: 'hardSwish' })
  last = mbconv(net, last, { name: 'b', filters: 12, kernel: 3, stride: 2 })
  net.dense(net.globalAveragePool(last), { units: 10 })
  return net.finish()
}

describe('onnxruntime and the engine agree', () => {
  it('on graphs of every type of layer', () => {
    const types = new Set(built.flatMap(([, { layers }]) => layers.map(({ type }) => type)))
    expect([...LAYER_TYPES].filter(type => !types.has(type))).toEqual([])
  })

  it.each(built)('on %s', async (_, network) => {
    expect(await differenceToOnnx(network)).toBeLessThan(1e-5)
  })

  it.each([
    ['ResNet-20', resnet({ depth: 20 })],
    ['ResNet-20 with projections', resnet({ depth: 20, shortcut: 'B', widths: [8, 12, 20] })],
    ['MobileNetV2', mobilenetV2({ variant: 'cifar', width: 0.25, last: 64, dropout: 0.2 })],
    ['MBConv blocks', mbconvNetwork()],
  ])('on %s', async (_, network) => {
    expect(await differenceToOnnx(withRandomWeights(network))).toBeLessThan(1e-4)
  })

  it('and predict leaves no tensor behind', async () => {
    await differenceToOnnx(built[0]![1])
    const before = tf.memory().numTensors
    const x = tf.zeros([1, 4, 5, 3])
    const network = built.find(([name]) => name === 'activation hardSwish')![1]
    predict(network, x, () => x).dispose()
    x.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })
})
