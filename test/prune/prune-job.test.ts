import { beforeAll, describe, expect, it } from 'vitest'
import {
  acceleratorCostModel,
  type CostModel,
  countCostModel,
  parseConstraint,
} from '../../src/cost/index.js'
import { tf } from '../../src/engine/index.js'
import { DataError, InputError, NetworkError } from '../../src/errors.js'
import { readAccelerator, readPeModel } from '../../src/hardware/index.js'
import { count, inferShapes } from '../../src/network/index.js'
import {
  EVOLUTION_PLAN,
  FINE_TUNING,
  type PruneConfig,
  type PruneOptions,
  type PruneResult,
  type PruneState,
  pruneJob,
} from '../../src/prune/index.js'
import { tinyDataset } from '../data/tiny-dataset.js'
import { cutShort } from '../runs/cut-short.js'
import { toEnd } from '../runs/to-end.js'
import { smallModel } from './small-model.js'

const network = smallModel()
const dataset = tinyDataset({ train: 120, test: 20 })

const CONFIG: PruneConfig = {
  budgets: ['macs<=70%', 'params<=40%'].map(parseConstraint),
  ...{ criterion: 'legr', reduce: 'sum', keep: [], keepAtLeast: 0.1, roundTo: 1 },
  evolution: { ...EVOLUTION_PLAN, population: 6, tournament: 2, evaluations: 9 },
  ...{ tau: 0, statistics: 'running', images: 16, heldOut: 0.2, share: 1, augment: { crop: 1, flip: true } },
  training: { ...FINE_TUNING, epochs: 2, batchSize: 32 },
}
const job = (changes: Partial<PruneConfig> = {}, options: Partial<PruneOptions> = {}) =>
  pruneJob({
    network,
    config: { ...CONFIG, ...changes },
    modelOf: () => countCostModel,
    dataset,
    seed: 3,
    ...options,
  })

let whole: Awaited<ReturnType<typeof toEnd<PruneState, PruneResult>>>
beforeAll(async () => {
  whole = await toEnd(job)
})

describe('a pruning', () => {
  it('gives one trained network for each budget, each within it', () => {
    const { result } = whole
    expect(result.networks).toHaveLength(2)
    const before = count(network)
    const [first, second] = result.networks.map(count)
    expect(first!.macs).toBeLessThanOrEqual(0.7 * before.macs)
    expect(first!.macs).toBeGreaterThan(0.6 * before.macs)
    expect(second!.params).toBeLessThanOrEqual(0.4 * before.params)
    expect(result.cuts.map(({ misses }) => misses)).toEqual([[], []])
    expect(result.budgets.map(({ bound }) => bound)).toEqual([0.7 * before.macs, 0.4 * before.params])
    for (const { before, after } of result.accuracies)
      for (const value of [before, after.heldOut, after.test]) {
        expect(value).toBeGreaterThanOrEqual(0)
        expect(value).toBeLessThanOrEqual(1)
      }
    const cut = inferShapes(result.networks[1]!).get('inner')!.at(-1)
    expect(result.networks[1]!.weights['inner/kernel']!.shape.at(-1)).toBe(cut)
  })

  it('learns once: a model that guesses, at the budget that removes least', () => {
    expect(whole.result.learning!.text).toBe('macs<=70%')
    expect(whole.lines).toContain('ranking: learned at macs<=70%')
    expect(whole.entries.filter(entry => 'median' in entry)).toEqual(whole.result.learned!.generations)
    expect(whole.result.learned!.fitness).toBeLessThanOrEqual(whole.result.learned!.identityFitness)
  })

  it('learns at the tightest budget where plain norms do better than guessing, or candidates are trained', async () => {
    const once = { ...CONFIG.evolution, evaluations: 1 }
    const untrained = { ...CONFIG.training, epochs: 0 }
    const shared = { evolution: once, training: untrained }
    const learningOf = async (...options: Parameters<typeof job>) =>
      (await toEnd(() => job(...options))).result.learning!.text
    expect(await learningOf({ ...shared, tau: 1 })).toBe('params<=40%')
    const plan = { ...CONFIG.training, epochs: 12, learningRate: 0.05 }
    // The brighter an image, the higher its class.
    const { pixels, labels } = dataset.train
    const bright = new Uint8Array(new SharedArrayBuffer(pixels.length))
    for (const [i, value] of pixels.entries())
      bright[i] = value / 8 + 45 * labels[Math.floor(i / (8 * 8 * 3))]!
    const images = { dataset: { ...dataset, train: { ...dataset.train, pixels: bright } } }
    const mild = { criterion: 'uniform', budgets: [parseConstraint('macs<=95%')], training: plan } as const
    const [told] = (await toEnd(() => job(mild, images))).result.networks
    const budgets = ['macs<=97%', 'macs<=92%'].map(parseConstraint)
    expect(await learningOf({ ...shared, budgets }, images)).toBe('macs<=97%')
    expect(await learningOf({ ...shared, budgets, statistics: 'batch' }, { ...images, network: told! })).toBe(
      'macs<=92%',
    )
  })

  it('says what came in, how it learns, every cut and every epoch', () => {
    const { lines } = whole
    expect(lines[0]).toMatch(
      /^small: macs [\d.]+ K, params [\d.]+ K, \d+\.\d % of the held-out images right$/,
    )
    expect(lines.find(line => line.startsWith('ranking 9/9'))).toMatch(
      /loss best \d.*, median \d.*, diversity \d/,
    )
    expect(lines).toContainEqual(expect.stringMatching(/^macs<=70%: macs [\d.]+ K, \d+ of \d+ channels go$/))
    expect(lines.filter(line => /^train params<=40% [12]\/2, cross-entropy/.test(line))).toHaveLength(2)
  })

  it('warns of a model that is no better than guessing', () => {
    expect(whole.lines).toContainEqual(
      expect.stringMatching(/^Warning: small is right on .*\(--normalize, --mean and --std/),
    )
  })

  it('packed and unpacked at every kind of step goes on to the same bits', async () => {
    const repacked = await toEnd(job, [0, 1, 4, 10, 11, 12, 13, 15, 16, 18, 20, whole.steps - 1])
    expect(repacked.entries).toEqual(whole.entries)
    expect(repacked.result).toEqual(whole.result)
  })

  it('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors
    const evolution = { ...CONFIG.evolution, evaluations: 2 }
    await toEnd(() => job({ evolution, tau: 1, training: { ...CONFIG.training, epochs: 1 } }))
    expect(tf.memory().numTensors).toBe(before)
  })

  it('cut short cuts by the best ranking so far, and leaves networks as far as they are trained', async () => {
    const tensors = tf.memory().numTensors
    // Before and after the survey, within the ranking, in the first network's second epoch, with the second one to come.
    const ranked = 1 + CONFIG.evolution.evaluations
    const found = await cutShort(() => job(), [0, 1, 4, ranked + 2 + 5])
    expect(tf.memory().numTensors).toBe(tensors)
    const [before, surveyed, ...results] = found
    expect(before).toBe('the network that came in has not been looked at')
    expect(surveyed).toBe('no candidate ranking has been judged')
    for (const result of results as PruneResult[]) {
      expect(result.networks).toHaveLength(2)
      expect(result.cuts.map(({ misses }) => misses)).toEqual([[], []])
      expect(result.incoming).toEqual(whole.result.incoming)
    }
    const [early, late] = results as PruneResult[]
    for (const { before, after } of early!.accuracies) expect(after.heldOut).toBe(before)
    expect(late!.learned).toEqual(whole.result.learned)
    const [trained, cut] = late!.networks
    expect(trained!.weights).not.toEqual(early!.networks[0]!.weights)
    const kernel = 'classifier/kernel'
    expect(cut!.weights[kernel]).not.toEqual(whole.result.networks[1]!.weights[kernel])
  })

  it('by a ranking that is known learns nothing, and without training needs no data', async () => {
    const { affine } = whole.result.learned!
    const training = { ...CONFIG.training, epochs: 0 }
    const { result, lines } = await toEnd(() => job({ affine, training }, { dataset: undefined }))
    expect(result.cuts).toEqual(whole.result.cuts)
    expect(result.accuracies).toEqual([])
    expect(lines.some(line => line.startsWith('ranking'))).toBe(false)
    expect(result.networks.map(count)).toEqual(whole.result.networks.map(count))
  })

  it.each(['taylor', 'uniform'] as const)('by %s without training tells accuracies', async criterion => {
    const { result } = await toEnd(() => job({ criterion, training: { ...CONFIG.training, epochs: 0 } }))
    expect(result.accuracies).toHaveLength(2)
    for (const { before, after } of result.accuracies) expect(after.heldOut).toBe(before)
    expect(result.incoming!.heldOut).toBeGreaterThan(0)
    expect(result.learned).toBeUndefined()
  })

  it('keeps what it is told to keep, and widths round', async () => {
    const changes = {
      criterion: 'l2',
      keep: ['inner'],
      roundTo: 4,
      training: { ...CONFIG.training, epochs: 0 },
    } as const
    const { result } = await toEnd(() => job(changes))
    for (const pruned of result.networks) {
      const shapes = inferShapes(pruned)
      expect(shapes.get('inner')!.at(-1)).toBe(12)
      for (const layer of ['stem', 'outer']) expect(shapes.get(layer)!.at(-1)! % 4).toBe(0)
    }
  })

  it('goes by an accelerator’s latency, and learns at it', async () => {
    const model = acceleratorCostModel(readAccelerator('edge-int8'), readPeModel())
    const evolution = { ...CONFIG.evolution, evaluations: 3 }
    const changes = {
      budgets: [parseConstraint('latency<=60%')],
      evolution,
      training: { ...CONFIG.training, epochs: 0 },
    }
    const { result } = await toEnd(() => job(changes, { modelOf: () => model }))
    const reference = await model.estimate(network)
    expect(result.cuts[0]!.cost.latencyMs!).toBeLessThanOrEqual(0.6 * reference.latencyMs!)
    expect(result.learning!.metric).toBe('latency')
  })

  it('by a measured latency learns at the MACs that it comes to', async () => {
    const measured: CostModel = {
      name: 'stopwatch',
      kind: 'host',
      async estimate(network) {
        const { macs, params } = count(network)
        return { latencyMs: macs / 1e5, macs, params }
      },
    }
    const evolution = { ...CONFIG.evolution, evaluations: 2 }
    const changes = {
      budgets: [parseConstraint('latency<=60%')],
      evolution,
      training: { ...CONFIG.training, epochs: 0 },
    }
    const { result } = await toEnd(() => job(changes, { modelOf: () => measured }))
    expect(result.learning!.metric).toBe('macs')
    expect(result.learning!.bound).toBeLessThanOrEqual(0.6 * count(network).macs)
    expect(result.cuts[0]!.misses).toEqual([])
  })
})

describe('a budget', () => {
  const training = { ...CONFIG.training, epochs: 0 }
  const run = (budget: string) =>
    toEnd(() =>
      job({ budgets: [parseConstraint(budget)], criterion: 'l2', training }, { dataset: undefined }),
    )

  it('that prunes nothing is warned of', async () => {
    const { lines, result } = await run('macs<=100%')
    expect(lines).toContain('Warning: macs<=100% prunes nothing: the network meets it as it is')
    expect(result.networks[0]!.layers).toEqual(network.layers)
  })

  it('that cannot be met is approached, and what is missing is said', async () => {
    const { lines, result } = await run('macs<=1%')
    expect(result.cuts[0]!.misses).toHaveLength(1)
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^Warning: macs<=1% cannot be met: macs [\d.]+ K is .* above .*lower --keep-at-least$/,
      ),
    )
  })
})

describe('a pruning is refused', () => {
  it.each<[string, Partial<PruneConfig>, RegExp]>([
    ['that learns', {}, /learning a ranking needs data/],
    ['by taylor', { criterion: 'taylor' }, /criterion taylor needs data/],
    ['that trains', { criterion: 'l2' }, /training what is left needs data/],
  ])('%s without data', (_, changes, message) => {
    expect(() => job(changes, { dataset: undefined })).toThrow(InputError)
    expect(() => job(changes, { dataset: undefined })).toThrow(message)
  })

  it('with too few images, and with a layer to keep that is not there', () => {
    expect(() => job({ training: { ...CONFIG.training, batchSize: 1000 } })).toThrow(DataError)
    expect(() => job({ keep: ['outher'] })).toThrow(NetworkError)
  })
})
