import { expect, test } from 'vitest'
import { graph, initialize, resnet, type Weight } from '../../src/network/index.js'

const std = ({ data }: Weight) => Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length)

const net = (() => {
  const g = graph('net', [8, 8, 64])
  const grouped = g.conv(g.input, { name: 'grouped', filters: 128, groups: 2, bias: true })
  const depthwise = g.conv(grouped, { name: 'depthwise', filters: 128, kernel: 5, groups: 128 })
  g.dense(g.globalAveragePool(g.batchNorm(depthwise, { name: 'bn' })), { name: 'fc', units: 50 })
  return g.finish()
})()

test('convolutions start He-normal over their fan-out, dense layers LeCun-uniform', () => {
  const { weights } = initialize(net, 1)
  expect(std(weights['grouped/kernel']!) / Math.sqrt(2 / (9 * 64))).toBeCloseTo(1, 1)
  expect(std(weights['depthwise/kernel']!) / Math.sqrt(2 / 25)).toBeCloseTo(1, 1)
  expect(std(weights['fc/kernel']!) / Math.sqrt(1 / 128)).toBeCloseTo(1, 1)
  expect(Math.max(...weights['fc/kernel']!.data)).toBeLessThanOrEqual(Math.sqrt(3 / 128))
})

test('everything else starts neutral', () => {
  const { weights } = initialize(net, 1)
  const values = (name: string) => [...new Set(weights[name]!.data)]
  expect(['grouped/bias', 'bn/gamma', 'bn/beta', 'bn/mean', 'bn/variance', 'fc/bias'].map(values)).toEqual([
    [0],
    [1],
    [0],
    [0],
    [1],
    [0],
  ])
})

test('the seed decides, and a weight depends on nothing but the seed and its name', () => {
  const shallow = initialize(resnet({ depth: 20 }), 7).weights
  const deep = initialize(resnet({ depth: 56 }), 7).weights
  expect(shallow['stem/kernel']).toEqual(deep['stem/kernel'])
  expect(initialize(net, 1)).toEqual(initialize(net, 1))
  expect(initialize(net, 1).weights['fc/kernel']).not.toEqual(initialize(net, 2).weights['fc/kernel'])
})
