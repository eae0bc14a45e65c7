import { beforeAll, describe, expect, it } from 'vitest'
import { type OuterConfig, type OuterResult, outerJob } from '../../../src/search/outer/outer-job.js'
import { chosenOf, OUTER_PLAN } from '../../../src/search/outer/outer-sampler.js'
import { exactPrice } from '../../../src/search/space/price.js'
import { singlePath } from '../../../src/search/supernet/single-path.js'
import { tinyDataset } from '../../data/tiny-dataset.js'
import { cutShort } from '../../runs/cut-short.js'
import { toEnd } from '../../runs/to-end.js'
import { essenceOf, outcome, SMALL } from '../small-search.js'
import { smallSpace as space } from '../space/small-space.js'

/** 16 steps a sample, then 16 of training. */
const STEPS = 16
const CONFIG: OuterConfig = {
  ...SMALL,
  search: { ...SMALL.search, epochs: 2, warmupEpochs: 1 },
  baselines: [],
  outer: { ...OUTER_PLAN, samples: 3, thresholdRate: [0.05, 0.2] },
}

const jobOf = (changes: Partial<OuterConfig> = {}) =>
  outerJob({ ...CONFIG, ...changes }, tinyDataset({ train: 300, test: 40 }), 5)

/** The job taken to its end, with what its checkpoint would be after every seventh step. */
const ended = (repacked: readonly number[] = [], changes: Partial<OuterConfig> = {}) =>
  toEnd(
    () => jobOf(changes),
    repacked,
    (job, state, step) => (step % 7 === 0 ? essenceOf(job, state) : undefined),
  )

let whole: Awaited<ReturnType<typeof ended>>
beforeAll(async () => {
  whole = await ended()
})

describe('an outer search', () => {
  it('cut short takes what the best sample so far decided, if one has ended', async () => {
    const [before, result] = await cutShort(() => jobOf(), [STEPS - 1, STEPS + 4])
    expect(before).toBe('the first of 3 samples has not ended')
    const { outer, chosen, trained, networks } = result as OuterResult
    expect(outer).toEqual(whole.result.outer.slice(0, 1))
    expect(chosen).toBe(0)
    expect(trained).toMatchObject([{ name: 'found', cutShort: { steps: 0, of: STEPS } }])
    expect(networks).toHaveLength(1)
    for (const price of CONFIG.prices)
      expect(exactPrice(price, space, trained[0]!.architecture)).toBeLessThanOrEqual(price.bound)
  })

  it('tries as many solvers as asked, each with its own λ after the warm-up, and journals one line for each', () => {
    const { outer, epochs } = whole.result
    expect(outer).toHaveLength(3)
    expect(new Set(outer.map(({ lambda }) => lambda)).size).toBe(3)
    const chosen = outer[whole.result.chosen]!
    expect(epochs.map(({ terms }) => terms.map(({ lambda }) => lambda))).toEqual([
      [0, 0],
      [chosen.lambda, chosen.lambda],
    ])
    expect(epochs[1]!.terms.map(({ target }) => target)).toEqual(CONFIG.prices.map(({ bound }) => bound))
    const samples = whole.entries.filter(entry => 'sample' in entry)
    expect(samples.map(({ sample, lambda }) => [sample, lambda])).toEqual(
      outer.map(({ lambda }, i) => [i + 1, lambda]),
    )
    expect(whole.entries.filter(entry => 'crossEntropy' in entry)).toEqual([])
    expect(whole.total).toBe(3 * STEPS + 16)
    expect(whole.done).toBe(whole.total)
  })

  it('takes the decisions of the best sample, moved to what the bounds allow', () => {
    const { outer, chosen, decided, trained } = whole.result
    const { prices } = CONFIG
    expect(chosen).toBe(chosenOf(outer, prices))
    const { architecture, margins } = outer[chosen]!
    expect(decided).toEqual(architecture)
    expect(trained[0]!.architecture).toEqual(singlePath.decideWithin(space, margins, prices))
    for (const sample of outer)
      expect(sample.prices).toEqual(prices.map(price => exactPrice(price, space, sample.architecture)))
    for (const price of prices)
      expect(exactPrice(price, space, trained[0]!.architecture)).toBeLessThanOrEqual(price.bound)
    expect(whole.result.networks).toHaveLength(1)
  })

  it('packed and unpacked within samples, between them and in training goes on to the same bits', async () => {
    const repacked = await ended([0, 5, STEPS, 2 * STEPS - 1, 3 * STEPS, 3 * STEPS + 9])
    expect(outcome(repacked.result)).toEqual(outcome(whole.result))
    expect(repacked.entries).toEqual(whole.entries)
    expect(repacked.looks).toEqual(whole.looks)
  })

  it('says so when no sample met the bounds, and trains what it moved within them', async () => {
    const none = { lambda: [1e-6, 1e-5], samples: 1 } as const
    const { result, lines } = await ended([], { outer: { ...CONFIG.outer, ...none } })
    expect(lines.find(line => line.startsWith('sample 1/1'))).toMatch(/λ 0\.0000\d+, .*above a bound/)
    expect(lines.find(line => line.startsWith('decided'))).toMatch(
      /^decided by sample 1, moved within the bounds, which no sample met: /,
    )
    expect(result.trained[0]!.architecture).not.toEqual(result.decided)
    for (const price of CONFIG.prices)
      expect(exactPrice(price, space, result.trained[0]!.architecture)).toBeLessThanOrEqual(price.bound)
  })

  it('ends with the first sample that meets the target, where it may', async () => {
    const { result, total, done } = await ended([], {
      outer: { ...CONFIG.outer, stop: 0.9999, lambda: [300, 301] },
    })
    expect(result.outer).toHaveLength(1)
    expect(done).toBe(total)
  })
})
