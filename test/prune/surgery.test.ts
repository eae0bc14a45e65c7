import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { predict, tf } from '../../src/engine/index.js'
import { NetworkError } from '../../src/errors.js'
import {
  count,
  graph,
  inferShapes,
  initialize,
  legrnet50,
  mobilenetV2,
  type Network,
  resnet,
  vgg16,
  type Weight,
} from '../../src/network/index.js'
import { channelsOf, mask, prune } from '../../src/prune/index.js'
import { random } from '../../src/random.js'
import { normal } from '../engine/values.js'
import { randomNetwork, STEPS, withRandomWeights } from '../network/random-network.js'
import { drawDead } from './draw-dead.js'

function logits(network: Network): Float32Array {
  return tf.tidy(() => {
    const tensors = (name: string) => {
      const { shape, data } = network.weights[name] as Weight
      return tf.tensor(data, [...shape])
    }
    return predict(network, normal([2, ...network.input.shape]), tensors).dataSync() as Float32Array
  })
}

/** Largest difference, relative to the largest value if above 1. */
function difference(a: Network, b: Network): number {
  const [x, y] = [logits(a), logits(b)]
  expect(x.length).toBe(y.length)
  const size = x.reduce((most, value) => Math.max(most, Math.abs(value)), 1)
  return x.reduce((most, value, i) => Math.max(most, Math.abs(value - y[i]!)), 0) / size
}

/** Compares the compact network with the masked one for some atoms; how many were removed. */
function compare(network: Network, seed: number, share = 0.5): number {
  const channels = channelsOf(network)
  const dead = drawDead(channels, share, random(seed, 'dead'))
  const compact = prune(network, dead, channels)
  expect(difference(compact, mask(network, dead, channels))).toBeLessThan(1e-5)
  return dead.length
}

describe('the compact network computes what the masked one does', () => {
  it('whatever the graph and whichever atoms go', () => {
    let removed = 0
    fc.assert(
      fc.property(fc.array(fc.nat(STEPS - 1), { maxLength: 9 }), fc.nat(1000), (order, seed) => {
        removed += compare(randomNetwork(seed, [0, ...order]), seed, 0.1 + (seed % 8) / 10)
      }),
      { numRuns: 150, seed: 4 },
    )
    expect(removed).toBeGreaterThan(500)
  })

  it('for every kind of step behind a convolution', () => {
    for (let step = 0; step < STEPS; step++)
      for (let seed = 0; seed < 4; seed++) compare(randomNetwork(seed, [0, step, 0, step]), seed)
  })

  it.each([
    ['option-A shortcuts', resnet({ depth: 20, widths: [4, 8, 16] })],
    ['projected shortcuts', resnet({ depth: 14, shortcut: 'B', widths: [4, 6, 9] })],
    ['a flattened map', vgg16({ variant: 'cifar', width: 1 / 16 })],
  ])('with %s', (_, network) => {
    expect(compare(withRandomWeights(network, 1), 1)).toBeGreaterThan(20)
  })

  it('with inverted residuals, squeeze-and-excitation, shuffles, splits and layer normalization at once', () => {
    const net = graph('everything', [8, 8, 3])
    let last = net.activation(net.batchNorm(net.conv(net.input, { filters: 12 })), { function: 'hardSwish' })
    const [left, right] = [0, 6].map(start => net.sliceChannels(last, { start, count: 6 })) as [
      string,
      string,
    ]
    const branch = net.conv(net.batchNorm(net.conv(right, { filters: 6, groups: 6 })), {
      filters: 6,
      kernel: 1,
    })
    last = net.channelShuffle(net.concat([left, branch]), { groups: 2 })
    const mixed = net.layerNorm(net.conv(last, { filters: 12, kernel: 1 }))
    const squeezed = net.dense(net.activation(net.dense(net.globalAveragePool(mixed), { units: 3 })), {
      units: 12,
    })
    const excited = net.multiply([mixed, net.activation(squeezed, { function: 'sigmoid' })])
    last = net.add([excited, net.scale(net.conv(last, { filters: 12, groups: 3 }), { shift: true })])
    last = net.layerNorm(net.globalAveragePool(net.concat([last, last])))
    net.dense(last, { units: 5 })
    const network = withRandomWeights(net.finish(), 3)
    for (let seed = 0; seed < 8; seed++) expect(compare(network, seed)).toBeGreaterThan(0)
  })
})

describe('surgery', () => {
  const net = resnet({ depth: 20 })
  const channels = channelsOf(net)

  it('leaves a network as it is when nothing goes', () => {
    const network = initialize(net, 1)
    expect(prune(network, [])).toEqual(network)
  })

  it('needs no weights, and gives none', () => {
    const dead = [...new Set(channels.of.get('stage1/block1/conv1'))].slice(0, 8)
    const compact = prune(net, dead, channels)
    expect(compact.weights).toEqual({})
    expect(count(net).macs - count(compact).macs).toBe(2 * 8 * 16 * 9 * 32 * 32)
  })

  it('takes pruned channels out of the zeros that a shortcut pads with', () => {
    const stage2 = [...new Set(channels.of.get('stage2/block1/conv2'))]
    // Channels 8 … 23 of stage 2 are those of stage 1; 3 of them go, and 2 of the zeros before, 1 of those behind.
    const dead = [stage2[8]!, stage2[9]!, stage2[20]!, stage2[0]!, stage2[5]!, stage2[31]!]
    const compact = prune(net, dead, channels)
    expect(compact.layers.find(({ name }) => name === 'stage2/block1/shortcut_pad')).toMatchObject({
      before: 6,
      after: 7,
    })
    expect(inferShapes(compact).get('stem')).toEqual([32, 32, 13])
    expect(inferShapes(compact).get('stage2/block3/act')).toEqual([16, 16, 26])
    expect(inferShapes(compact).get('pool')).toEqual([58])
  })

  it('keeps depthwise convolutions depthwise', () => {
    const made = graph('depthwise', [6, 6, 3])
    const first = made.conv(made.input, { name: 'first', filters: 6 })
    made.conv(first, { name: 'depthwise', filters: 12, groups: 6 })
    made.dense(made.flatten('depthwise'), { units: 2 })
    const map = channelsOf(made.finish())
    const compact = prune(made.finish(), map.of.get('first')!.slice(0, 2), map)
    expect(compact.layers.find(({ name }) => name === 'depthwise')).toMatchObject({ filters: 8, groups: 4 })
  })

  it('keeps groups equally wide', () => {
    const made = graph('grouped', [6, 6, 3])
    const first = made.conv(made.input, { name: 'first', filters: 6 })
    const depthwise = made.conv(first, { name: 'depthwise', filters: 12, groups: 6 })
    made.conv(depthwise, { name: 'grouped', filters: 8, groups: 4 })
    made.dense(made.flatten('grouped'), { units: 2 })
    const network = withRandomWeights(made.finish(), 1)
    const map = channelsOf(network)
    const compact = prune(network, [map.of.get('grouped')![1]!], map)
    expect(compact.layers.find(({ name }) => name === 'grouped')).toMatchObject({ filters: 4, groups: 4 })
    // Two filters a channel and groups of three channels have no common border but the whole.
    expect(new Set(map.of.get('first')).size).toBe(1)
  })

  it('drops the depth of a flattened map at every pixel', () => {
    const made = graph('flat', [2, 2, 1])
    made.conv(made.input, { name: 'conv', filters: 3, kernel: 1 })
    made.dense(made.flatten('conv'), { name: 'dense', units: 1, bias: false })
    const network = withRandomWeights(made.finish(), 1)
    const map = channelsOf(network)
    const compact = prune(network, [map.of.get('conv')![1]!], map)
    const before = network.weights['dense/kernel']!.data
    expect([...compact.weights['dense/kernel']!.data]).toEqual(
      [0, 2, 3, 5, 6, 8, 9, 11].map(row => before[row]),
    )
  })

  it('makes of MobileNetV2 the network that LeGR’s authors found at half of its MACs', () => {
    const whole = mobilenetV2()
    const map = channelsOf(whole)
    const found = inferShapes(legrnet50())
    const pruned = [
      'stem',
      'last',
      ...whole.layers.map(({ name }) => name).filter(name => /expand$/.test(name)),
    ]
    const dead = pruned.flatMap(name => [...map.of.get(name)!.subarray(found.get(name)!.at(-1)!)])
    const compact = prune(whole, dead, map)
    expect(inferShapes(compact)).toEqual(found)
    expect(count(compact).macs / count(whole).macs).toBeCloseTo(0.5, 3)
  })

  it('never leaves a layer empty', () => {
    const dead = new Set(channels.of.get('stage1/block1/conv1'))
    expect(() => prune(net, dead, channels)).toThrow(NetworkError)
    expect(() => prune(net, dead, channels)).toThrow(
      /"stage1\/block1\/conv1" of resnet20 .* no channels left/,
    )
  })

  it('does not touch the input, the output, or what was asked to stay', () => {
    const output = [channels.of.get('classifier')![3]!]
    expect(() => prune(net, output, channels)).toThrow(/"classifier" cannot be removed: .*the output/)
    const kept = channelsOf(net, { keep: ['stem'] })
    expect(() => prune(net, [kept.of.get('stage1/block3/conv2')![0]!], kept)).toThrow(
      /"stem" is kept as asked/,
    )
    expect(() => channelsOf(net, { keep: ['step'] })).toThrow(/no layer "step" to keep; .* stem, /)
  })

  it('prices ResNet-56 fast enough for a search', () => {
    const network = resnet({ depth: 56 })
    const map = channelsOf(network)
    const dead = drawDead(map, 0.5, random(1, 'speed'))
    const times = Array.from({ length: 30 }, () => {
      const start = performance.now()
      prune(network, dead, map)
      return performance.now() - start
    })
    // About 0.5 ms on an idle core.
    expect(Math.min(...times)).toBeLessThan(3)
  })
})
