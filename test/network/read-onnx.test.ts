import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tf } from '../../src/engine/index.js'
import {
  count,
  graph,
  initialize,
  mobilenetV2,
  type Network,
  readOnnx,
  resnet,
  writeOnnx,
} from '../../src/network/index.js'
import { normal } from '../engine/values.js'
import { floats, runNetwork, type TinyFile, tinyFile } from './onnx-file.js'
import { randomNetwork, STEPS, withRandomWeights } from './random-network.js'

const logits = (network: Network) => runNetwork(network, normal([2, ...network.input.shape])).dataSync()

describe('a network that was written and read again', () => {
  const again = (network: Network) => readOnnx(writeOnnx(network))

  test('has the same logits and counts, and is its own copy from then on', () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.array(fc.nat(STEPS - 1), { maxLength: 7 }), (seed, order) =>
        tf.tidy(() => {
          const network = randomNetwork(seed, order)
          const copy = again(network)
          const [figures, copied] = [count(network), count(copy)]
          expect([copied.macs, copied.params + copied.batchNormParams]).toEqual([
            figures.macs,
            figures.params + figures.batchNormParams,
          ])
          const [wanted, got] = [logits(network), logits(copy)]
          expect(got.length).toBe(wanted.length)
          got.forEach((value, i) => {
            expect(Math.abs(value - wanted[i]!)).toBeLessThan(1e-5 * Math.max(1, Math.abs(wanted[i]!)))
          })
          expect(again(copy)).toEqual(copy)
        }),
      ),
      { numRuns: 60, seed: 1 },
    )
  })

  test.each([
    ['ResNet-20', resnet({ depth: 20 })],
    ['ResNet-20 with projections', resnet({ depth: 20, shortcut: 'B' })],
    ['MobileNetV2', mobilenetV2({ variant: 'cifar', width: 0.25 })],
  ])('is the same %s: name, layers, weights', (_, structure) => {
    const network = initialize(structure, 1)
    const copy = again(network)
    expect([copy.name, copy.input]).toEqual([network.name, network.input])
    expect(copy.layers).toEqual(network.layers)
    expect(copy.weights).toEqual(network.weights)
  })

  test('keeps its name, and its layers theirs', () => {
    const net = graph('a network/of mine', [6, 6, 3], 'picture')
    const a = net.activation(net.conv(net.input, { name: 'stem/conv', filters: 4 }), {
      function: 'silu',
      name: 'a',
    })
    const b = net.channelShuffle(net.layerNorm(a, { name: 'block/norm' }), { name: 'shuffle', groups: 2 })
    net.dense(net.globalAveragePool(net.scale(b, { name: 's', shift: true }), { name: 'pool' }), {
      name: 'logits',
      units: 2,
    })
    const network = withRandomWeights(net.finish(), 3)
    expect(again(network)).toEqual(network)
  })
})

describe('layers are named', () => {
  const named = (nodes: TinyFile['nodes'], constants: TinyFile['constants'] = {}) =>
    readOnnx(tinyFile({ input: ['n', 2, 4, 4], nodes, constants })).layers.map(({ name }) => name)

  test('after modules, operators left out where nothing else lies in the module', () => {
    expect(
      named([
        ['Relu', ['x'], 'a', {}, '/layer1/layer1.0/act/Relu'],
        ['Sigmoid', ['a'], 'b', {}, '/layer1/layer1.0/Sigmoid'],
        ['Relu', ['b'], 'c', {}, '/layer1/layer1.0/Relu_1'],
        ['Relu', ['c'], 'y', {}, 'last'],
      ]),
    ).toEqual(['layer1.0.act', 'layer1.0.Sigmoid', 'layer1.0.Relu_1', 'last'])
  })

  test('after their weights, where those are named after modules', () => {
    const constants = { 'stem.conv.weight': floats([3, 2, 1, 1]), 'onnx::Conv_7': floats([2, 3, 1, 1]) }
    expect(
      named(
        [
          ['Conv', ['x', 'stem.conv.weight'], 'a', {}, 'node_conv2d'],
          ['Conv', ['a', 'onnx::Conv_7'], 'y', {}, '/features/features.0/Conv'],
        ],
        constants,
      ),
    ).toEqual(['stem.conv', 'features.0'])
  })

  test('after TensorFlow’s layers', () => {
    expect(
      named(
        [
          ['Conv', ['x', 'w'], 'a', {}, 'StatefulPartitionedCall/net/conv1/Conv2D'],
          ['Relu', ['a'], 'y', {}, 'StatefulPartitionedCall/net/act1/Relu__12'],
        ],
        { w: floats([3, 2, 1, 1]) },
      ),
    ).toEqual(['net.conv1', 'net.act1'])
  })

  test('once each, and never like the input', () => {
    const nodes: TinyFile['nodes'] = [
      ['Relu', ['x'], 'a', {}, 'same'],
      ['Sigmoid', ['a'], 'b', {}, 'same'],
      ['Relu', ['b'], 'c', {}, 'x'],
      ['Relu', ['c'], 'd', {}, `/${'a/'.repeat(5000)}`],
      ['Relu', ['d'], 'y', {}, ''],
    ]
    expect(named(nodes)).toEqual(['same', 'same_1', 'x_1', 'activation', 'y'])
  })
})
