import { beforeAll, describe, expect, it } from 'vitest'
import { parseConstraint } from '../../src/cost/index.js'
import { tf } from '../../src/engine/index.js'
import { DataError } from '../../src/errors.js'
import { count } from '../../src/network/index.js'
import { random } from '../../src/random.js'
import type { JournalEntry } from '../../src/runs/index.js'
import type { BlockMargins } from '../../src/search/decision/decide.js'
import {
  baselinesWithin,
  pricesOf,
  type SearchConfig,
  type SearchResult,
  type SearchState,
} from '../../src/search/index.js'
import { decode } from '../../src/search/space/decode.js'
import { exactPrice } from '../../src/search/space/price.js'
import { searchable } from '../../src/search/space/space.js'
import { largest } from '../../src/search/space/space-architectures.js'
import { cutShort } from '../runs/cut-short.js'
import { toEnd } from '../runs/to-end.js'
import { essenceOf, outcome, SMALL, STEPS, smallSearch } from './small-search.js'
import { smallSpace as space, squeezingSpace } from './space/small-space.js'

/** The small search taken to its end, with what its checkpoint would be after every ninth step. */
const searched = (repacked: readonly number[] = [], changes: Partial<SearchConfig> = {}) =>
  toEnd(
    () => smallSearch(changes),
    repacked,
    (job, state, step) => (step % 9 === 0 ? essenceOf(job, state) : undefined),
  )

let undisturbed: Awaited<ReturnType<typeof searched>>
beforeAll(async () => {
  undisturbed = await searched()
})

describe('a search', () => {
  it('finds a network within every bound, and trains it and the baseline', () => {
    const { trained, networks, decided, epochs } = undisturbed.result
    expect(trained.map(({ name }) => name)).toEqual(['found', 'largest'])
    expect(trained[1]!.architecture).toEqual(largest(space))
    const whole = count(decode(space, largest(space)))
    const found = count(networks[0]!)
    expect(found.macs).toBeLessThanOrEqual(0.6 * whole.macs)
    expect(found.params).toBeLessThanOrEqual(0.9 * whole.params)
    expect(networks[0]!.architecture!.choices.map(({ choice }) => choice)).toEqual(trained[0]!.architecture)
    expect(decided).toHaveLength(searchable(space).length)
    expect(epochs).toHaveLength(SMALL.search.epochs)
    for (const { validation, test } of trained) {
      for (const accuracy of [validation, test]) {
        expect(accuracy).toBeGreaterThanOrEqual(0)
        expect(accuracy).toBeLessThanOrEqual(1)
      }
    }
  })

  it('journals every epoch with each term of the loss, the decision, and every epoch of training', () => {
    const { entries } = undisturbed
    const { epochs } = SMALL.search
    const searched = entries.filter(entry => 'crossEntropy' in entry)
    expect(searched.map(({ epoch }) => epoch)).toEqual(Array.from({ length: epochs }, (_, i) => i))
    expect(searched[0]).toMatchObject({ lambda: [0, 0], open: 6, decisions: 6 })
    for (const entry of searched) {
      for (const key of [
        'weightDecay',
        'trainAccuracy',
        'heldOutAccuracy',
        'price',
        'target',
        'architecture',
      ])
        expect(entry).toHaveProperty(key)
    }
    expect(entries.filter(entry => 'decided' in entry)).toEqual([
      { decided: undisturbed.result.trained[0]!.architecture },
    ])
    expect(
      entries.filter(entry => 'network' in entry).map(({ network, epoch }) => `${network} ${epoch}`),
    ).toEqual(['found 1', 'found 2', 'largest 1', 'largest 2'])
  })

  it('lowers its targets from the price at the start to the bounds, in the constrained epochs only', () => {
    const { epochs } = undisturbed.result
    const [macs] = [0.6 * count(decode(space, largest(space))).macs]
    expect(epochs[0]!.terms[0]!.lambda).toBe(0)
    const targets = epochs.slice(SMALL.search.warmupEpochs).map(({ terms }) => terms[0]!.target)
    expect(targets[0]!).toBeGreaterThan(targets.at(-1)!)
    expect(targets.at(-1)!).toBeCloseTo(macs, 6)
    expect(Math.max(...epochs.flatMap(({ terms }) => terms.map(({ lambda }) => lambda)))).toBeGreaterThan(0)
    expect(epochs.at(-1)!.open).toBeLessThan(epochs[0]!.open)
  })

  it('holds the thresholds still in the warm-up, and moves them from then on', () => {
    const samples = undisturbed.entries.filter(entry => 'thresholds' in entry)
    const first = (STEPS.search / SMALL.search.epochs) * SMALL.search.warmupEpochs
    const moved = (entry: JournalEntry) => (entry['thresholds'] as readonly number[]).some(t => t !== 0)
    const [still, moving] = [false, true].map(after =>
      samples.filter(({ step }) => Number(step) > first === after),
    ) as [JournalEntry[], JournalEntry[]]
    expect(still.some(moved)).toBe(false)
    expect(moving.length).toBeGreaterThan(0)
    expect(moving.every(moved)).toBe(true)
  })

  it('packed and unpacked at random steps goes on to the same bits', async () => {
    const stream = random(4, 'pack')
    const steps = [
      0,
      1 + stream.integer(STEPS.search - 1),
      STEPS.search,
      STEPS.search + 1 + stream.integer(STEPS.training - 1),
      STEPS.search + STEPS.training,
      STEPS.all - 1 - stream.integer(STEPS.training - 1),
    ]
    const repacked = await searched(steps)
    expect(outcome(repacked.result)).toEqual(outcome(undisturbed.result))
    expect(repacked.entries).toEqual(undisturbed.entries)
    expect(repacked.looks).toEqual(undisturbed.looks)
  })

  it('finds squeeze-and-excitation or leaves it out, and packed half-way goes on to the same bits', async () => {
    const prices = await pricesOf(squeezingSpace, ['macs<=70%', 'params<=60%'].map(parseConstraint))
    const [random] = baselinesWithin(squeezingSpace, prices, 1, 5)
    const changes = { space: squeezingSpace, prices, baselines: [random!] }
    const straight = await searched([], changes)
    const { epochs, trained, networks } = straight.result
    expect(epochs[0]!.decisions).toBe(7)
    for (const { margins } of epochs)
      for (const { squeeze } of margins as readonly BlockMargins[])
        expect(Number.isFinite(squeeze)).toBe(true)
    expect(
      Math.max(...(epochs.at(-1)!.margins as readonly BlockMargins[]).map(({ squeeze }) => squeeze!)),
    ).toBeLessThan(1)
    const chosen = trained[0]!.architecture.filter(choice => choice.endsWith('-se'))
    expect(networks[0]!.layers.filter(({ name }) => name.endsWith('/se_scale'))).toHaveLength(chosen.length)
    expect(trained[1]).toMatchObject(random!)
    expect(networks[1]!.architecture!.choices.map(({ choice }) => choice)).toEqual(random!.architecture)
    const repacked = await searched([13, STEPS.search + STEPS.training + 3], changes)
    expect(outcome(repacked.result)).toEqual(outcome(straight.result))
  })

  it('cut short decides within the bounds, and leaves the network as far as it is trained', async () => {
    const tensors = tf.memory().numTensors
    const { search, training } = STEPS
    const found = await cutShort(() => smallSearch(), [0, 5, search + 3, search + training + 2])
    expect(tf.memory().numTensors).toBe(tensors)
    const results = found as SearchResult[]
    for (const { trained, networks } of results) {
      expect([trained.map(({ name }) => name), networks.length]).toEqual([['found'], 1])
      for (const price of SMALL.prices)
        expect(exactPrice(price, space, trained[0]!.architecture)).toBeLessThanOrEqual(price.bound)
      expect(trained[0]!.test).toBeGreaterThanOrEqual(0)
    }
    expect(results.map(({ trained }) => trained[0]!.cutShort)).toEqual([
      { steps: 0, of: training },
      { steps: 0, of: training },
      { steps: 3, of: training },
      undefined,
    ])
    expect(results.map(({ epochs }) => epochs.length)).toEqual([0, 0, 3, 3])
    expect(results[3]!.trained[0]).toEqual(undisturbed.result.trained[0])
    expect(results[3]!.networks[0]).toEqual(undisturbed.result.networks[0])
  })

  it('counts its steps', async () => {
    const job = smallSearch()
    const state = await job.init()
    expect(job.progress(state)).toEqual({ done: 0, total: STEPS.all, label: 'search', images: 32 })
    job.dispose?.(state)
  })

  it('frees all it held', async () => {
    const before = tf.memory().numTensors
    const job = smallSearch()
    let state: SearchState = await job.init()
    for (let i = 0; i < 2; i++) state = (await job.step(state)).state
    job.dispose?.(state)
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('a search that cannot be', () => {
  it('for a batch larger than the data is refused before it starts', () => {
    expect(() => smallSearch({ searchShare: 0.05 })).toThrow(DataError)
    expect(() => smallSearch({ training: { ...SMALL.training, batchSize: 1000 } })).toThrow(
      '270 images do not fill one batch of 1000',
    )
  })

  it.each([
    ['search', { search: { ...SMALL.search, learningRate: 1e30 } }],
    ['training', { training: { ...SMALL.training, learningRate: 1e30 } }],
  ])('because its %s diverges ends with a word on the learning rate', async (_, changes) => {
    await expect(searched([], changes)).rejects.toThrow(/diverged at step \d+ .*learning rate/)
  })
})
