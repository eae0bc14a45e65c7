import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inOrder } from '../../src/data/index.js'
import {
  createModel,
  disposeModel,
  eager,
  evaluate,
  evaluateWith,
  evaluationStep,
  tf,
} from '../../src/engine/index.js'
import type { Network } from '../../src/network/index.js'
import { channelsOf, createFitness, type Fitness, prune } from '../../src/prune/index.js'
import { random } from '../../src/random.js'
import { tinyDataset } from '../data/tiny-dataset.js'
import { drawDead } from './draw-dead.js'
import { smallModel } from './small-model.js'

const dataset = tinyDataset({ train: 96 })
const heldOut = () =>
  inOrder(
    dataset,
    'train',
    Int32Array.from({ length: 32 }, (_, i) => i),
  )
const [batch] = inOrder(
  dataset,
  'train',
  Int32Array.from({ length: 64 }, (_, i) => 32 + i),
)
const position = (step: number) => ({ learningRate: 0.05, seed: 1, step })

function lossOf(network: Network): number {
  const model = createModel(network)
  const { loss } = evaluate(model, heldOut())
  disposeModel(model)
  return loss
}

describe.each([
  ['masks', smallModel()],
  ['masks without batch normalization', smallModel({ batchNorm: false })],
  ['networks built anew', smallModel({ layerNorm: true })],
])('fitness by %s', (_, network) => {
  const channels = channelsOf(network)
  const dead = drawDead(channels, 0.5, random(1, 'dead'))
  let before: number
  let fitness: Fitness
  beforeAll(() => {
    before = tf.memory().numTensors
    fitness = createFitness({ network, channels, heldOut, weightDecay: 1e-3 })
  })
  /** Loss after steps of training the compact network itself. */
  const compactLoss = (steps: number) => {
    const compact = prune(network, dead, channels)
    const alone = createFitness({
      network: compact,
      channels: channelsOf(compact),
      heldOut,
      weightDecay: 1e-3,
    })
    const candidate = alone.candidate([])
    for (let step = 0; step < steps; step++) candidate.trainStep(batch!, position(step))
    const loss = candidate.loss()
    candidate.dispose()
    alone.dispose()
    return loss
  }
  afterAll(() => {
    fitness.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  it('is the loss of the pruned network', () => {
    const candidate = fitness.candidate(dead)
    expect(candidate.loss()).toBeCloseTo(lossOf(prune(network, dead, channels)), 4)
    candidate.dispose()
  })

  it('by the statistics of the judged images is the loss of the pruned network with batch norms of that batch', () => {
    const judged = createFitness({ network, channels, heldOut, statistics: 'batch' })
    const candidate = judged.candidate(dead)
    const loss = candidate.loss()
    candidate.dispose()
    judged.dispose()
    const model = createModel(prune(network, dead, channels))
    const program = eager(evaluationStep(model, { statistics: 'batch' }))
    expect(loss).toBeCloseTo(evaluateWith(program, model, heldOut()).loss, 4)
    // The running statistics of a random model fit nothing; without batch norms there is no difference.
    const own = evaluateWith(eager(evaluationStep(model)), model, heldOut()).loss
    const hasNorms = network.layers.some(({ type }) => type === 'batchNorm')
    expect(Math.abs(loss - own) > 1e-3).toBe(hasNorms)
    disposeModel(model)
  })

  it('after some steps is that of the pruned network after the same steps', () => {
    const candidate = fitness.candidate(dead)
    const untrained = candidate.loss()
    for (let step = 0; step < 6; step++) candidate.trainStep(batch!, position(step))
    expect(candidate.loss()).toBeCloseTo(compactLoss(6), 3)
    expect(Math.abs(candidate.loss() - untrained)).toBeGreaterThan(1e-2)
    candidate.dispose()
  })

  it('of the next candidate knows nothing of the one before', () => {
    const whole = fitness.candidate([])
    const loss = whole.loss()
    whole.dispose()
    const trained = fitness.candidate(dead)
    trained.trainStep(batch!, position(0))
    trained.dispose()
    const again = fitness.candidate([])
    expect(again.loss()).toBe(loss)
    expect(loss).toBeCloseTo(lossOf(network), 4)
    again.dispose()
  })

  it('goes on from where it was packed', () => {
    const straight = fitness.candidate(dead)
    for (let step = 0; step < 2; step++) straight.trainStep(batch!, position(step))
    const packed = structuredClone(straight.pack())
    straight.trainStep(batch!, position(2))
    const loss = straight.loss()
    straight.dispose()
    const resumed = fitness.candidate(dead)
    resumed.unpack(packed)
    resumed.trainStep(batch!, position(2))
    expect(resumed.loss()).toBe(loss)
    resumed.dispose()
  })
})
