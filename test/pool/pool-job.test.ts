import { beforeAll, describe, expect, it } from 'vitest'
import { acceleratorCostModel, countCostModel, tableCostModel } from '../../src/cost/index.js'
import { tf } from '../../src/engine/index.js'
import { CostError, DataError, NetworkError } from '../../src/errors.js'
import { readAccelerator, readPeModel } from '../../src/hardware/index.js'
import { count, graph, initialize } from '../../src/network/index.js'
import {
  POOL_TUNING,
  type PoolConfig,
  type PoolOptions,
  type PoolResult,
  type PoolState,
  type Pricing,
  poolable,
  poolConvolution,
  poolConvolutions,
  pooledConvolutions,
  poolJob,
  pricingBy,
  pricingHere,
  skipUnreadPixels,
} from '../../src/pool/index.js'
import type { Job } from '../../src/runs/index.js'
import { accuracyOf, tuningData } from '../../src/tuning/index.js'
import { tinyDataset } from '../data/tiny-dataset.js'
import { smallModel } from '../prune/small-model.js'
import { cutShort } from '../runs/cut-short.js'
import { toEnd } from '../runs/to-end.js'

const network = smallModel()
const dataset = tinyDataset({ train: 120, test: 20 })
const { layers } = poolable(network)

const CONFIG: PoolConfig = {
  ...{ order: 'sensitivity', rounds: 2, images: 16, heldOut: 0.2, share: 1 },
  augment: { crop: 1, flip: true },
  training: { ...POOL_TUNING, epochs: 2, batchSize: 32 },
}
const UNTRAINED = { training: { ...CONFIG.training, epochs: 0 } }

const job = (
  changes: Partial<PoolConfig> = {},
  options: Partial<PoolOptions> = {},
): Job<PoolState, PoolResult> =>
  poolJob({
    ...{ network, dataset, seed: 3, pricing: pricingBy(countCostModel) },
    config: { ...CONFIG, ...changes },
    ...options,
  })

/** A price that some convolutions raise when they are pooled. */
const dearer = (dear: readonly string[]): Pricing => ({
  metric: 'latency',
  async compare(_, pooled) {
    const layers = pooledConvolutions(pooled).map(({ layer }) => layer)
    const saved = layers.reduce((sum, layer) => sum + (dear.includes(layer) ? -1 : 1), 0)
    return { before: 10, after: 10 - saved }
  },
})

let whole: Awaited<ReturnType<typeof toEnd<PoolState, PoolResult>>>
beforeAll(async () => {
  whole = await toEnd(job)
})

describe('a pooling', () => {
  it('gives a network for each round: more convolutions pooled, fewer MACs, all seen by the test split', () => {
    const { rounds, networks, groups, tests, gains } = whole.result
    expect(groups.flat().toSorted()).toEqual(layers.toSorted())
    expect(rounds.map(({ layers }) => layers)).toEqual(groups)
    expect(networks).toHaveLength(2)
    const made = groups.map((_, i) =>
      skipUnreadPixels(poolConvolutions(network, groups.slice(0, i + 1).flat())),
    )
    expect(networks.map(each => each.layers)).toEqual(made.map(each => each.layers))
    const macs = [network, ...networks].map(each => count(each).macs)
    expect(rounds.map(({ gain }) => gain)).toEqual([
      { before: macs[0], after: macs[1] },
      { before: macs[0], after: macs[2] },
    ])
    expect(gains).toEqual(
      layers.map(layer => ({ layer, before: macs[0], after: count(poolConvolution(network, layer)).macs })),
    )
    expect(tests).toHaveLength(3)
    for (const accuracy of tests) expect(accuracy * 20).toBeCloseTo(Math.round(accuracy * 20), 9)
  })

  it('goes on from round to round with the weights of the round before', async () => {
    const { result } = await toEnd(() => job(UNTRAINED))
    expect(result.networks[1]!.weights).toEqual(poolConvolutions(network, layers).weights)
    expect(result.rounds.map(({ before, heldOut }) => before - heldOut)).toEqual([0, 0])
    const [first] = whole.result.networks
    expect(first!.weights['stem/kernel']).not.toEqual(network.weights['stem/kernel'])
    const second = { ...poolConvolutions(network, layers), weights: first!.weights }
    const { heldOut, share, images: judged, augment } = CONFIG
    const parts = { dataset, seed: 3, heldOut, share, judged, augment }
    const data = tuningData({ ...parts, batchSize: 32, trains: false })
    expect(whole.result.rounds[1]!.before).toBe(accuracyOf(second, data.heldOut()))
  })

  it('says what came in, what each convolution saves and harms, the rounds and every epoch', () => {
    const { lines } = whole
    expect(lines[0]).toMatch(/^small: macs [\d.]+ K, \d+\.\d % of the held-out images right$/)
    expect(lines).toContain('5 convolutions can be pooled; all of them: 3.97 times fewer MACs')
    expect(lines).toContainEqual(expect.stringMatching(/^stem: saves [\d.]+ K of [\d.]+ K, [\d.]+ %$/))
    expect(lines).toContainEqual(
      expect.stringMatching(/^inner: pooled alone, cross-entropy [+−]\d\.\d{4}, accuracy [+−][\d.]+ points$/),
    )
    expect(lines).toContainEqual(expect.stringMatching(/^round 2 pools \w+/))
    expect(lines.filter(line => /^train round 2 [12]\/2, cross-entropy/.test(line))).toHaveLength(2)
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^round 2: \d\.\d\d times fewer MACs, [\d.]+ % of the held-out images right, [+−]/,
      ),
    )
  })

  it('packed and unpacked at every kind of step goes on to the same bits', async () => {
    const repacked = await toEnd(job, [0, 1, 3, 6, 7, 10, 12, 13, 15, 18, 19, 21, 24, whole.steps - 1])
    expect(repacked.entries).toEqual(whole.entries)
    expect(repacked.result).toEqual(whole.result)
  })

  it('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors
    await toEnd(() => job({ training: { ...CONFIG.training, epochs: 1 }, rounds: 1 }))
    expect(tf.memory().numTensors).toBe(before)
  })

  it('cut short gives the rounds that are done, or of the first one what there is', async () => {
    const tensors = tf.memory().numTensors
    // A survey, what each saves, and how much each harms beside the network as it is; then an order, rounds and three tests.
    const ordered = 1 + layers.length + (1 + layers.length) + 1
    const round = (whole.steps - ordered - 3) / 2
    const found = await cutShort(() => job(), [1, ordered, ordered + 3, ordered + round + 2])
    expect(tf.memory().numTensors).toBe(tensors)
    const [before, ...results] = found
    expect(before).toBe('what each convolution saves and harms is not known of all of them')
    for (const { rounds, networks, tests } of results as PoolResult[]) {
      expect([rounds.length, networks.length, tests.length]).toEqual([1, 1, 2])
      expect(rounds[0]!.layers).toEqual(whole.result.rounds[0]!.layers)
    }
    const [untrained, begun, done] = results as PoolResult[]
    expect(untrained!.rounds[0]!.heldOut).toBe(untrained!.rounds[0]!.before)
    expect(begun!.networks).not.toEqual(untrained!.networks)
    expect(done!.networks[0]).toEqual(whole.result.networks[0])
  })

  it('orders by errors without judging each convolution, or at random by seed without looking', async () => {
    const byError = await toEnd(() => job({ ...UNTRAINED, order: 'error', groupSize: 2 }))
    expect(byError.result.sensitivities).toEqual([])
    expect(byError.result.errors.map(({ layer }) => layer).toSorted()).toEqual(layers.toSorted())
    expect(byError.result.groups.map(group => group.length)).toEqual([2, 2])
    const orders = await Promise.all(
      [1, 1, 2].map(async seed => {
        const { result } = await toEnd(() => job({ ...UNTRAINED, order: 'random', groupSize: 1 }, { seed }))
        return result.groups.flat()
      }),
    )
    expect(orders[0]).toEqual(orders[1])
    expect(orders[0]).not.toEqual(orders[2])
  })

  it('leaves a convolution alone whose interpolation costs more than it saves, and says so', async () => {
    const { result, lines } = await toEnd(() => job(UNTRAINED, { pricing: dearer(['inner', 'deep']) }))
    expect(result.groups.flat().toSorted()).toEqual(['last', 'outer', 'stem'])
    expect(lines).toContain(
      'deep: not pooled, its interpolation costs more than it saves (latency 10 ms before, 11 ms pooled)',
    )
    expect(result.sensitivities.map(({ layer }) => layer)).toEqual(['stem', 'outer', 'last'])
  })

  it('that saves nothing at all has no rounds, and says so', async () => {
    const { result, lines } = await toEnd(() => job({}, { pricing: dearer(layers) }))
    expect(result.rounds).toEqual([])
    expect(result.tests).toHaveLength(1)
    expect(lines.at(-1)).toMatch(/^Warning: no convolution saves anything when it is pooled/)
  })

  it('of a pooled network pools the others', async () => {
    const pooled = poolConvolutions(network, ['stem', 'inner'])
    const { result } = await toEnd(() => job(UNTRAINED, { network: pooled }))
    expect(result.groups.flat().toSorted()).toEqual(['deep', 'last', 'outer'])
    expect(result.networks.at(-1)!.layers).toEqual(skipUnreadPixels(poolConvolutions(network, layers)).layers)
  })

  it('counts what an accelerator saves', async () => {
    const model = acceleratorCostModel(readAccelerator('edge-int8'), readPeModel())
    const { result } = await toEnd(() => job(UNTRAINED, { pricing: pricingBy(model) }))
    const before = (await model.estimate(network)).latencyMs
    expect(result.gains[0]!.before).toBe(before)
    const pooled = result.networks.at(-1)!
    expect(result.rounds.at(-1)!.gain).toEqual({ before, after: (await model.estimate(pooled)).latencyMs })
  })

  it('measures what is saved on this machine', async () => {
    const gain = await pricingHere({ pairs: 5, seconds: 0 }).compare(
      network,
      poolConvolution(network, 'stem'),
    )
    for (const value of Object.values(gain)) expect(value).toBeGreaterThan(0)
    expect(Object.keys(gain)).toEqual(['before', 'after', 'doubt'])
  })
})

describe('rounds end', () => {
  const each = { ...UNTRAINED, rounds: undefined as never, groupSize: 1 }

  it('when more accuracy is lost than may be', async () => {
    // The model guesses on noise: some pooling of the five loses an image or more of 24.
    const free = await toEnd(() => job(each))
    const drops = free.result.rounds.map(({ drop }) => drop)
    expect(drops).toHaveLength(5)
    const most = Math.max(...drops)
    const maxDrop = most - 1
    const { result, lines } = await toEnd(() => job({ ...each, maxDrop }))
    const place = drops.findIndex(drop => drop > maxDrop)
    expect(result.rounds.map(({ misses }) => misses.length)).toEqual([...Array(place).fill(0), 1])
    expect(result.rounds.at(-1)!.misses[0]).toEqual({
      ...{ metric: 'drop', bound: maxDrop, value: drops[place], by: drops[place]! - maxDrop },
    })
    if (place < 4)
      expect(lines).toContainEqual(expect.stringMatching(/^No further round: .* points are lost/))
  })

  it('when the speed is reached', async () => {
    const { result, lines } = await toEnd(() => job({ ...each, minSpeedup: 1.5 }))
    const speeds = result.rounds.map(({ gain }) => gain.before / gain.after)
    expect(speeds.at(-1)).toBeGreaterThanOrEqual(1.5)
    for (const speed of speeds.slice(0, -1)) expect(speed).toBeLessThan(1.5)
    expect(result.rounds.at(-1)!.misses).toEqual([])
    expect(result.rounds[0]!.misses[0]!.metric).toBe('speedup')
    expect(lines).toContain('No further round: --min-speedup 1.5 is reached')
  })

  it('with the last group where the speed is out of reach, which is said at the beginning', async () => {
    const { result, lines } = await toEnd(() => job({ ...UNTRAINED, minSpeedup: 20 }))
    expect(lines).toContainEqual(expect.stringMatching(/^Warning: 20 times as fast is out of reach/))
    expect(result.rounds.map(({ misses }) => misses.map(({ metric }) => metric))).toEqual([
      ['speedup'],
      ['speedup'],
    ])
  })
})

describe('a pooling is refused', () => {
  it('of a network that has nothing to pool, with all reasons', () => {
    const net = graph('single', [8, 8, 3])
    net.dense(
      net.flatten(
        net.conv(net.globalAveragePool(net.input, { keepSpatial: true }), { name: 'a', filters: 4 }),
      ),
      {
        units: 5,
      },
    )
    const single = initialize(net.finish(), 1)
    expect(() => job({}, { network: single })).toThrow(NetworkError)
    expect(() => job({}, { network: single })).toThrow(
      'network "single" has nothing that can be pooled: a: its output is a single pixel',
    )
  })

  it('with too few images, and by a device table', () => {
    expect(() => job({ training: { ...CONFIG.training, batchSize: 1000 } })).toThrow(DataError)
    const table = tableCostModel({ device: 'phone', space: 'x', fixedMs: 1, blocks: {} } as never)
    expect(() => pricingBy(table)).toThrow(CostError)
    expect(() => pricingBy(table)).toThrow(/table \(phone\): a pooled network is none of its search space/)
  })
})
