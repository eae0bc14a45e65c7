import { describe, expect, test } from 'vitest'
import { hostCostModel, measureLatency, measurePaired } from '../../src/cost/index.js'
import { CostError } from '../../src/errors.js'
import { count, graph, initialize, writeOnnx } from '../../src/network/index.js'
import { decode } from '../../src/search/space/decode.js'
import { readSpace } from '../../src/search/space/space.js'
import { largest, smallest } from '../../src/search/space/space-architectures.js'

const convolution = (filters: number) => {
  const net = graph('conv', [32, 32, 16])
  net.conv(net.input, { filters })
  return net.finish()
}

describe('measuring on this machine', () => {
  test('gives the median, the first and the last decile of as many runs as asked', async () => {
    const onnx = writeOnnx(initialize(convolution(16), 0))
    const latency = await measureLatency(onnx, { shape: [32, 32, 16], batch: 2, runs: 20 })
    expect(latency.runs).toBe(20)
    expect(latency.p10Ms).toBeGreaterThan(0)
    expect(latency.medianMs).toBeGreaterThanOrEqual(latency.p10Ms)
    expect(latency.p90Ms).toBeGreaterThanOrEqual(latency.medianMs)
  })
  test('finds a network of fifty times the work slower', async () => {
    const host = hostCostModel({ runs: 30 })
    const [small, large] = [await host.estimate(convolution(8)), await host.estimate(convolution(400))]
    expect(large.latencyMs).toBeGreaterThan(small.latencyMs!)
  })
  test('prices a decoded network without weights, with its MACs and parameters', async () => {
    const space = readSpace('cifar10-tiny')
    const host = hostCostModel({ runs: 30 })
    const [low, high] = [decode(space, smallest(space)), decode(space, largest(space))]
    const cost = await host.estimate(high)
    expect(cost).toMatchObject({ macs: count(high).macs, params: count(high).params })
    expect(cost.latencyMs).toBeGreaterThan((await host.estimate(low)).latencyMs!)
    expect(host).toMatchObject({ kind: 'host', name: 'host (1 thread, batch 1)' })
  })
  test('compares two networks in turns: the larger takes longer, one with itself the same within its error', async () => {
    const [small, large] = [convolution(8), convolution(400)].map(each => writeOnnx(initialize(each, 0)))
    const options = { shape: [32, 32, 16], pairs: 40, seconds: 0 }
    const { firstMs, secondMs, errorMs, pairs } = await measurePaired(small!, large!, options)
    expect(pairs).toBe(40)
    expect(secondMs - firstMs).toBeGreaterThan(3 * errorMs)
    const same = await measurePaired(small!, small!, options)
    expect(Math.abs(same.firstMs - same.secondMs)).toBeLessThan(Math.max(6 * same.errorMs, 0.2 * firstMs))
  })
  test('what is no network is refused', async () => {
    await expect(measureLatency(Uint8Array.of(1, 2, 3), { shape: [4] })).rejects.toThrow(CostError)
    const onnx = writeOnnx(initialize(convolution(4), 0))
    await expect(measurePaired(onnx, Uint8Array.of(1, 2), { shape: [32, 32, 16] })).rejects.toThrow(CostError)
  })
})
