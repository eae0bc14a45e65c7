import { describe, expect, test } from 'vitest'
import { NetworkError } from '../../src/errors.js'
import {
  createNetwork,
  type Graph,
  graph,
  inferShapes,
  LAYER_TYPES,
  type Layer,
  samePadding,
  weightSpecs,
} from '../../src/network/index.js'

const on = (...shape: number[]) => graph('net', shape, 'x')
const shapeAfter = (net: Graph, name: string) => net.shape(name)

describe('a layer gives the shape that its definition says', () => {
  const cases: readonly [string, readonly number[], (net: Graph) => string, readonly number[]][] = [
    ['3×3 convolution', [7, 8, 3], net => net.conv('x', { filters: 5 }), [7, 8, 5]],
    ['strided convolution, odd size', [7, 8, 3], net => net.conv('x', { filters: 5, strides: 2 }), [4, 4, 5]],
    ['asymmetric padding', [4, 4, 1], net => net.conv('x', { filters: 1, padding: [0, 1, 2, 3] }), [3, 7, 1]],
    [
      'dilated convolution',
      [9, 9, 2],
      net => net.conv('x', { filters: 2, kernel: 5, dilations: 2 }),
      [9, 9, 2],
    ],
    ['batch normalization', [2, 2, 3], net => net.batchNorm('x'), [2, 2, 3]],
    ['layer normalization', [2, 2, 3], net => net.layerNorm('x'), [2, 2, 3]],
    ['scale', [2, 2, 3], net => net.scale('x', { shift: true }), [2, 2, 3]],
    ['activation', [4], net => net.activation('x'), [4]],
    ['sum', [2, 2, 3], net => net.add(['x', 'x', 'x']), [2, 2, 3]],
    [
      'product with a factor a channel',
      [2, 2, 3],
      net => net.multiply([net.globalAveragePool('x'), 'x']),
      [2, 2, 3],
    ],
    [
      'product with a [1, 1, c] factor',
      [2, 2, 3],
      net => net.multiply(['x', net.globalAveragePool('x', { keepSpatial: true })]),
      [2, 2, 3],
    ],
    ['concatenation of a layer with itself', [2, 2, 3], net => net.concat(['x', 'x']), [2, 2, 6]],
    ['pooling rounds down', [5, 5, 3], net => net.pool('x'), [2, 2, 3]],
    ['subsampling rounds up', [5, 4, 3], net => net.subsample('x'), [3, 2, 3]],
    ['padding', [2, 3, 1], net => net.pad('x', { padding: [1, 2, 3, 4] }), [5, 10, 1]],
    ['midpoints', [2, 3, 4], net => net.resize('x', { size: [4, 5], mode: 'midpoint' }), [4, 5, 4]],
    ['resizing', [2, 3, 4], net => net.resize('x', { size: [5, 6] }), [5, 6, 4]],
    ['slice of channels', [2, 3, 4], net => net.sliceChannels('x', { start: 1, count: 3 }), [2, 3, 3]],
    ['channel shuffle', [2, 3, 4], net => net.channelShuffle('x', { groups: 2 }), [2, 3, 4]],
    ['zero channels', [2, 2, 3], net => net.padChannels('x', { before: 1, after: 2 }), [2, 2, 6]],
    ['rounding to integers', [2, 4, 3], net => net.quantize('x', { bits: 8 }), [2, 4, 3]],
    ['flattening', [2, 4, 3], net => net.flatten('x'), [24]],
    ['dense', [4], net => net.dense('x', { units: 7 }), [7]],
    ['dropout', [4], net => net.dropout('x'), [4]],
    ['softmax', [4], net => net.softmax('x'), [4]],
  ]
  test.each(cases)('%s', (_, input, layer, shape) => {
    const net = on(...input)
    const name = layer(net)
    expect(shapeAfter(net, name)).toEqual(shape)
    expect(inferShapes(net.finish()).get(name)).toEqual(shape)
  })
})

describe('a layer that cannot be is refused by name', () => {
  const cases: readonly [string, readonly number[], (net: Graph) => unknown, RegExp][] = [
    [
      'a convolution of a vector',
      [4],
      net => net.conv('x', { name: 'c', filters: 1 }),
      /layer "c" \(conv\): needs a \[height, width, channels\] input, got \[4\]/,
    ],
    ['7 bits', [4], net => net.quantize('x', { bits: 7 }), /bits must be 1, 8 or 16, got 7/],
    ['no filters', [4, 4, 3], net => net.conv('x', { filters: 0 }), /filters must be an integer ≥ 1, got 0/],
    [
      'half a stride',
      [4, 4, 3],
      net => net.conv('x', { filters: 1, strides: 0.5 }),
      /strides must be an integer/,
    ],
    [
      'negative padding',
      [4, 4, 3],
      net => net.conv('x', { filters: 1, padding: [-1, 0, 0, 0] }),
      /padding must be an integer ≥ 0/,
    ],
    [
      'groups that do not divide the input',
      [4, 4, 3],
      net => net.conv('x', { filters: 4, groups: 2 }),
      /3 input channels cannot be divided into 2 groups/,
    ],
    [
      'groups that do not divide the filters',
      [4, 4, 4],
      net => net.conv('x', { filters: 3, groups: 2 }),
      /3 filters cannot be divided into 2 groups/,
    ],
    [
      'a kernel larger than the map',
      [2, 9, 1],
      net => net.conv('x', { filters: 1, kernel: 5, padding: [0, 0, 0, 0] }),
      /spans 5 pixels but the padded height is 2/,
    ],
    ['epsilon 0', [4], net => net.batchNorm('x', { epsilon: 0 }), /epsilon must be positive/],
    ['momentum above 1', [4], net => net.batchNorm('x', { momentum: 2 }), /momentum must be between 0 and 1/],
    [
      'an unknown function',
      [4],
      net => net.activation('x', { function: 'mish' as 'relu' }),
      /unknown function "mish"/,
    ],
    ['a ReLU with a slope', [4], net => net.activation('x', { slope: 0.1 }), /only leakyRelu has a slope/],
    [
      'a leaky ReLU of no slope',
      [4],
      net => net.activation('x', { function: 'leakyRelu', slope: Number.NaN }),
      /leakyRelu needs a finite slope/,
    ],
    ['layer normalization with epsilon 0', [4], net => net.layerNorm('x', { epsilon: 0 }), /epsilon must be/],
    [
      'channels past the last',
      [4, 4, 3],
      net => net.sliceChannels('x', { start: 1, count: 3 }),
      /takes channels 1 to 3 of 3/,
    ],
    [
      'a shuffle of unequal groups',
      [4, 4, 3],
      net => net.channelShuffle('x', { groups: 2 }),
      /3 channels cannot be divided into 2 groups/,
    ],
    [
      'resizing to nothing',
      [4, 4, 3],
      net => net.resize('x', { size: [0, 1] }),
      /size must be an integer ≥ 1/,
    ],
    [
      'nearest resizing with aligned corners',
      [4, 4, 3],
      net => net.resize('x', { size: 8, alignCorners: true }),
      /alignCorners goes with bilinear only/,
    ],
    [
      'midpoints to another size than twice or one less',
      [4, 4, 3],
      net => net.resize('x', { size: [8, 6], mode: 'midpoint' }),
      /midpoint makes of 4 × 4 twice that or one less, not 8 × 6/,
    ],
    ['cropping as padding', [4, 4, 3], net => net.pad('x', { padding: [-1, 0, 0, 0] }), /padding must be/],
    ['a sum of one', [4], net => net.add(['x']), /takes at least 2 inputs, got 1/],
    [
      'a product of unequal maps',
      [4, 4, 2],
      net => net.multiply(['x', net.pool('x')]),
      /cannot multiply "x" \[4, 4, 2\]/,
    ],
    [
      'joining unequal maps',
      [4, 4, 2],
      net => net.concat(['x', net.pool('x')]),
      /all but the channels must be equal/,
    ],
    ['joining nothing', [4], net => net.concat([]), /takes at least 1 input, got 0/],
    [
      'padding as wide as the pooling window',
      [4, 4, 2],
      net => net.pool('x', { padding: [2, 0, 0, 0] }),
      /padding \[2,0,0,0\] must be smaller than the kernel/,
    ],
    [
      'a negative pad',
      [4],
      net => net.padChannels('x', { before: -1, after: 0 }),
      /before must be an integer ≥ 0/,
    ],
    [
      'dense on a map',
      [4, 4, 2],
      net => net.dense('x', { name: 'fc', units: 2 }),
      /layer "fc" \(dense\): needs a \[features\] input, got \[4, 4, 2\]; put flatten/,
    ],
    [
      'dropout of everything',
      [4],
      net => net.dropout('x', { rate: 1 }),
      /rate must be at least 0 and below 1/,
    ],
    [
      'an input that was never added',
      [4],
      net => net.activation('y'),
      /its input "y" does not stand before it/,
    ],
    [
      'a name used twice',
      [4],
      net => [1, 2].map(() => net.flatten('x', { name: 'f' })),
      /"f": the name is used twice/,
    ],
    ['the shape of an unknown layer', [4], net => net.shape('y'), /graph "net" has no layer "y"/],
  ]
  test.each(cases)('%s', (_, input, make, message) => {
    expect(() => make(on(...input))).toThrow(NetworkError)
    expect(() => make(on(...input))).toThrow(message)
  })

  test('two inputs where one is taken', () => {
    const layer: Layer = { type: 'softmax', name: 's', inputs: ['x', 'x'] }
    expect(() => createNetwork({ name: 'n', input: { name: 'x', shape: [4] }, layers: [layer] })).toThrow(
      /layer "s" \(softmax\): takes exactly one input, got 2/,
    )
  })

  test.each(['lstm', 'toString'])('the unknown type %s', type => {
    const layer = { type, name: 's', inputs: ['x'] } as unknown as Layer
    expect(() => createNetwork({ name: 'n', input: { name: 'x', shape: [4] }, layers: [layer] })).toThrow(
      /unknown layer type; Tandem knows conv, batchNorm/,
    )
  })
})

test('Tandem knows twenty-one layer types', () => {
  expect(LAYER_TYPES).toHaveLength(21)
})

test('layers without a name are numbered by type', () => {
  const net = on(4, 4, 3)
  expect([net.activation('x'), net.activation('x'), net.dropout('x')]).toEqual([
    'activation1',
    'activation2',
    'dropout1',
  ])
})

test('same padding keeps the size under odd kernels at stride 1', () => {
  expect(samePadding(3)).toEqual([1, 1, 1, 1])
  expect(samePadding([5, 1])).toEqual([2, 2, 0, 0])
})

test('weights are named after their layer and have their layout', () => {
  const net = on(4, 4, 4)
  const depthwise = net.conv('x', { name: 'block/depthwise', filters: 4, kernel: 5, groups: 4, bias: true })
  net.dense(net.globalAveragePool(net.batchNorm(depthwise, { name: 'bn' })), { name: 'fc', units: 2 })
  const of = (name: string, shape: readonly number[], kind: string, trainable = true) => ({
    name,
    shape,
    trainable,
    kind,
    layer: name.slice(0, name.lastIndexOf('/')),
  })
  expect(weightSpecs(net.finish())).toEqual([
    of('block/depthwise/kernel', [5, 5, 1, 4], 'kernel'),
    of('block/depthwise/bias', [4], 'bias'),
    of('bn/gamma', [4], 'gamma'),
    of('bn/beta', [4], 'beta'),
    of('bn/mean', [4], 'mean', false),
    of('bn/variance', [4], 'variance', false),
    of('fc/kernel', [4, 2], 'kernel'),
    of('fc/bias', [2], 'bias'),
  ])
})
