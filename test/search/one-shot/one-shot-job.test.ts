import { beforeAll, describe, expect, it } from 'vitest'
import { tf } from '../../../src/engine/index.js'
import { DataError, InfeasibleError } from '../../../src/errors.js'
import { count, type Weights } from '../../../src/network/index.js'
import { random } from '../../../src/random.js'
import { ranked } from '../../../src/search/one-shot/one-shot-candidates.js'
import type { OneShotConfig, OneShotResult } from '../../../src/search/one-shot/one-shot-job.js'
import { oneShotScorer } from '../../../src/search/one-shot/one-shot-score.js'
import { searchData } from '../../../src/search/search-data.js'
import { decode } from '../../../src/search/space/decode.js'
import { exactPrice } from '../../../src/search/space/price.js'
import { largest } from '../../../src/search/space/space-architectures.js'
import { tinyDataset } from '../../data/tiny-dataset.js'
import { cutShort } from '../../runs/cut-short.js'
import { toEnd } from '../../runs/to-end.js'
import { digest, outcome } from '../small-search.js'
import { smallSpace as space } from '../space/small-space.js'
import { SMALL_ONE_SHOT, ONE_SHOT_STEPS as STEPS, smallOneShot } from './small-one-shot.js'

/** The small search taken to its end, with the weights that it handed out. */
async function searched(
  repacked: readonly number[] = [],
  changes: Partial<OneShotConfig> = {},
  given?: () => Weights,
) {
  const kept: Weights[] = []
  const options = { keep: (weights: Weights) => void kept.push(weights), ...(given && { given }) }
  return { ...(await toEnd(() => smallOneShot(changes, options), repacked)), kept }
}

let undisturbed: Awaited<ReturnType<typeof searched>>
beforeAll(async () => {
  undisturbed = await searched()
})

describe('a one-shot search', () => {
  it('trains the best of what it scored, which is within every bound', () => {
    const { scored, trained, networks, epochs } = undisturbed.result
    expect(epochs).toHaveLength(2)
    expect(trained.map(({ name }) => name)).toEqual(['found'])
    const whole = count(decode(space, largest(space)))
    for (const { architecture } of scored) {
      const { macs, params } = count(decode(space, architecture))
      expect(macs).toBeLessThanOrEqual(0.6 * whole.macs)
      expect(params).toBeLessThanOrEqual(0.9 * whole.params)
    }
    const best = scored.reduce((a, b) => (b.crossEntropy < a.crossEntropy ? b : a))
    expect(trained[0]!.architecture).toEqual(best.architecture)
    expect(networks[0]!.architecture!.choices.map(({ choice }) => choice)).toEqual(best.architecture)
    for (const share of [trained[0]!.validation, trained[0]!.test]) {
      expect(share).toBeGreaterThanOrEqual(0)
      expect(share).toBeLessThanOrEqual(1)
    }
  })

  it('scores every network once, random ones first and then mutants of the best', () => {
    const { scored } = undisturbed.result
    expect(new Set(scored.map(({ architecture }) => architecture.join())).size).toBe(scored.length)
    expect(scored.filter(({ generation }) => generation === 0)).toHaveLength(8)
    expect(scored.at(-1)!.generation).toBeGreaterThan(0)
    const generations = scored.map(({ generation }) => generation)
    expect(generations).toEqual([...generations].sort())
  })

  it('keeps the weights of its supernet, and they give the scores', () => {
    const { kept, result } = undisturbed
    expect(kept).toHaveLength(1)
    const heldOut = [...searchData(SMALL_ONE_SHOT, tinyDataset({ train: 300, test: 40 }), 5).heldOut()]
    const scorer = oneShotScorer(space, kept[0]!, heldOut)
    for (const { architecture, accuracy, crossEntropy } of result.scored.slice(0, 3)) {
      expect(scorer.score(architecture)).toEqual({ accuracy, crossEntropy })
    }
    scorer.dispose()
  })

  it('journals every epoch, every score with its price, the choice, and every epoch of training', () => {
    const { entries, lines, result } = undisturbed
    const epochs = entries.filter(entry => 'largestCrossEntropy' in entry)
    expect(epochs.map(({ epoch }) => epoch)).toEqual([0, 1])
    for (const key of ['smallestAccuracy', 'randomCrossEntropy', 'heldOutLargest', 'heldOutSmallest'])
      expect(epochs[0]).toHaveProperty(key)
    const scored = entries.filter(entry => 'scored' in entry)
    expect(scored).toHaveLength(result.scored.length)
    for (const [i, { architecture, accuracy }] of result.scored.entries()) {
      const price = SMALL_ONE_SHOT.prices.map(price => exactPrice(price, space, architecture))
      expect(scored[i]).toMatchObject({ scored: architecture, accuracy, price })
    }
    expect(entries.filter(entry => 'decided' in entry)).toEqual([
      { decided: result.trained[0]!.architecture },
    ])
    expect(entries.filter(entry => 'network' in entry)).toHaveLength(2)
    expect(lines[0]).toMatch(
      /^supernet 1\/2; cross-entropy: largest \d\.\d+, smallest \d\.\d+, random \d\.\d+; held out: largest [\d.]+ %, smallest [\d.]+ %; waited/,
    )
    expect(lines[2]).toMatch(
      /^scored 8 random networks, best: cross-entropy [\d.]+, [\d.]+ % of held-out images, macs /,
    )
    expect(lines.find(line => line.startsWith('best of'))).toContain(
      result.trained[0]!.architecture.join(' '),
    )
  })

  it('packed and unpacked in every phase goes on to the same bits', async () => {
    const stream = random(4, 'pack')
    const scored = STEPS.supernet + undisturbed.result.scored.length
    const steps = [
      1 + stream.integer(STEPS.supernet - 1),
      STEPS.supernet,
      STEPS.supernet + 3,
      scored,
      scored + 5,
    ]
    const repacked = await searched(steps)
    expect(outcome(repacked.result)).toEqual(outcome(undisturbed.result))
    expect(repacked.entries).toEqual(undisturbed.entries)
    expect(repacked.kept.map(digest)).toEqual(undisturbed.kept.map(digest))
  })

  it('with a trained supernet goes on from its weights, to the same network', async () => {
    const [weights] = undisturbed.kept
    const reused = await searched([1], {}, () => weights!)
    expect(reused.result.epochs).toEqual([])
    expect(reused.result.scored).toEqual(undisturbed.result.scored)
    expect(outcome(reused.result)).toEqual({ ...(outcome(undisturbed.result) as object), epochs: [] })
    expect(reused.kept.map(digest)).toEqual([digest(weights!)])
    const [price] = SMALL_ONE_SHOT.prices
    const other = { prices: [{ ...price!, bound: 0.8 * price!.bound }] }
    const tighter = await searched(
      [],
      { ...other, training: { ...SMALL_ONE_SHOT.training, epochs: 1 } },
      () => weights!,
    )
    for (const { architecture } of tighter.result.scored)
      expect(exactPrice(price!, space, architecture)).toBeLessThanOrEqual(0.8 * price!.bound)
  })

  it('cut short takes the best of what it has scored, if anything', async () => {
    const tensors = tf.memory().numTensors
    const { supernet } = STEPS
    const [before, ...results] = await cutShort(
      () => smallOneShot(),
      [supernet, supernet + 2, undisturbed.steps - 3],
    )
    expect(tf.memory().numTensors).toBe(tensors)
    expect(before).toBe('no network has been scored with the supernet')
    const [early, late] = results as OneShotResult[]
    const best = ranked(early!.scored)[0]!
    expect(early!.trained).toMatchObject([
      { name: 'found', architecture: best.architecture, cutShort: { steps: 0 } },
    ])
    expect(late!.trained[0]!.architecture).toEqual(undisturbed.result.trained[0]!.architecture)
    expect(late!.networks).toHaveLength(late!.trained.length)
  })

  it('counts its steps', async () => {
    const job = smallOneShot()
    const state = await job.init()
    expect(job.progress(state)).toEqual({ done: 0, total: STEPS.all, label: 'supernet', images: 32 })
    job.dispose?.(state)
    expect(undisturbed.steps).toBeLessThanOrEqual(STEPS.all)
  })

  it('frees all it held', async () => {
    const before = tf.memory().numTensors
    const job = smallOneShot()
    let state = await job.init()
    for (let i = 0; i < 2; i++) state = (await job.step(state)).state
    job.dispose?.(state)
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('a one-shot search that cannot be', () => {
  it('for a batch larger than the data is refused before it starts', () => {
    expect(() => smallOneShot({ searchShare: 0.05 })).toThrow(DataError)
  })

  it('for bounds that no network meets together is refused before it starts', () => {
    const prices = SMALL_ONE_SHOT.prices.map(price => ({ ...price, bound: 1 }))
    expect(() => smallOneShot({ prices })).toThrow(InfeasibleError)
    expect(() => smallOneShot({ prices })).toThrow(/none is within macs<=1, params<=1; loosen/)
  })

  it('because its supernet diverges ends with a word on the learning rate', async () => {
    const job = smallOneShot({ search: { ...SMALL_ONE_SHOT.search, learningRate: 1e30 } })
    let state = await job.init()
    const run = async () => {
      while (!job.done(state)) state = (await job.step(state)).state
    }
    await expect(run()).rejects.toThrow(/diverged at step \d+ .*learning rate/)
    job.dispose?.(state)
  })
})
