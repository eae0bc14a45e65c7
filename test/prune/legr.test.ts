import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { absolute, countCostModel, parseConstraint } from '../../src/cost/index.js'
import { type BatchSource, inOrder, openBatches } from '../../src/data/index.js'
import { tf } from '../../src/engine/index.js'
import {
  atomScores,
  channelsOf,
  createFitness,
  cutToBudget,
  EVOLUTION_PLAN,
  groupsOf,
  type LegrOptions,
  type LegrResult,
  legrJob,
  removalOrder,
  squaredNorms,
  transformed,
} from '../../src/prune/index.js'
import { tinyDataset } from '../data/tiny-dataset.js'
import { toEnd } from '../runs/to-end.js'
import { smallModel } from './small-model.js'

const network = smallModel()
const channels = channelsOf(network)
const groups = groupsOf(network, channels)
const dataset = tinyDataset({ train: 160 })
const indices = (from: number, count: number) => Int32Array.from({ length: count }, (_, i) => from + i)
const heldOut = () => inOrder(dataset, 'train', indices(0, 60))
const budget = absolute(parseConstraint('macs<=40%'), await countCostModel.estimate(network))
const plan = { ...EVOLUTION_PLAN, population: 8, tournament: 3, evaluations: 20 }

let source: BatchSource | undefined
const fitness = createFitness({ network, channels, heldOut })
afterAll(async () => {
  fitness.dispose()
  await source?.close()
})

const options = (changes: Partial<LegrOptions> = {}): LegrOptions => ({
  ...{
    network,
    channels,
    groups,
    reduce: 'sum',
    keepAtLeast: 0.1,
    roundTo: 1,
    budget,
    model: countCostModel,
  },
  ...{ plan, tau: 0, learningRate: 0.01, fitness, seed: 1 },
  source() {
    source ??= openBatches({ dataset, images: 'train', indices: indices(60, 100), batchSize: 20, seed: 1 })
    return source
  },
  ...changes,
})

const learned = (changes: Partial<LegrOptions> = {}, repacked?: readonly number[]) =>
  toEnd(() => legrJob(options(changes)), repacked)

async function lossBy(affine: LegrResult['affine']): Promise<number> {
  const scores = atomScores(channels, transformed(squaredNorms(network, channels), affine), 'sum')
  const order = removalOrder(groups, scores)
  const { dead } = await cutToBudget({ network, channels, groups, order, budget, model: countCostModel })
  const candidate = fitness.candidate(dead)
  const loss = candidate.loss()
  candidate.dispose()
  return loss
}

describe('LeGR', () => {
  let undisturbed: Awaited<ReturnType<typeof learned>>
  beforeAll(async () => {
    undisturbed = await learned()
  })

  it('learns α and κ for every layer that can be pruned', () => {
    expect(Object.keys(undisturbed.result.affine)).toEqual(['stem', 'inner', 'deep', 'outer', 'last'])
  })

  it('gives a ranking whose loss at the budget is what it says, and no worse than that of plain norms', async () => {
    const { affine, fitness, identityFitness } = undisturbed.result
    expect(await lossBy(affine)).toBe(fitness)
    expect(await lossBy({})).toBe(identityFitness)
    expect(fitness).toBeLessThan(identityFitness)
  })

  it('tells best, median and diversity as it goes', () => {
    const { generations } = undisturbed.result
    expect(generations.map(({ evaluated }) => evaluated)).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 18, 20])
    expect(undisturbed.entries).toEqual(generations)
    for (const { best, median, diversity } of generations) {
      expect(best).toBeLessThanOrEqual(median)
      expect(diversity).toBeGreaterThan(0)
    }
    expect(generations.at(-1)!.best).toBe(undisturbed.result.fitness)
  })

  it.each([0, 3, 11])('with %i steps of training packed and unpacked goes on to the same bits', async tau => {
    const changes = { tau, plan: { ...plan, evaluations: 12 } }
    expect(await learned(changes, [0, 1, 3, 8, 9])).toEqual(await learned(changes))
  })

  it('trains candidates before it judges them', async () => {
    const short = { ...plan, evaluations: 2 }
    const [untrained, trained] = [await learned({ plan: short }), await learned({ plan: short, tau: 3 })]
    expect(trained.result.identityFitness).not.toBe(untrained.result.identityFitness)
  })

  it('counts evaluations, or steps of training', async () => {
    const job = legrJob(options({ tau: 11 }))
    let state = await job.init()
    expect(job.progress(state)).toEqual({ done: 0, total: 220, label: 'ranking' })
    state = (await job.step(state)).state
    expect(job.progress(state)).toMatchObject({ done: 8 })
    state = (await job.step(state)).state
    expect(job.progress(state)).toMatchObject({ done: 11 })
    expect(state.evolution.evaluated).toBe(1)
  })

  it('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors
    await learned({ plan: { ...plan, evaluations: 3 } })
    expect(tf.memory().numTensors).toBe(before)
  })
})
