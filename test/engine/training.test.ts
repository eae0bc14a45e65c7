import { describe, expect, it } from 'vitest'
import { loadDataset, openBatches } from '../../src/data/index.js'
import {
  disposeTraining,
  learningRateAt,
  networkOf,
  packTraining,
  startTraining,
  type TrainingPlan,
  tf,
  trainingStep,
  unpackTraining,
} from '../../src/engine/index.js'
import { resnet } from '../../src/network/index.js'

const network = resnet({ depth: 8, widths: [4, 8, 8] })
const plan: TrainingPlan = {
  epochs: 4,
  batchSize: 16,
  learningRate: 0.2,
  warmupEpochs: 1,
  weightDecay: 1e-4,
  labelSmoothing: 0.1,
  optimizer: { kind: 'adam' },
}

describe('the learning rate', () => {
  it('rises to its peak in the warm-up and falls to nothing as half a cosine', () => {
    const at = (step: number) => learningRateAt(step, 10, plan)
    expect(at(0)).toBeCloseTo(0.02)
    expect(at(9)).toBeCloseTo(0.2)
    expect(at(10)).toBeCloseTo(0.2)
    expect(at(25)).toBeCloseTo(0.1)
    expect(at(40)).toBeCloseTo(0)
  })

  it('rises for a third of a short training, so that every training has time to fall', () => {
    const at = (step: number) => learningRateAt(step, 30, { ...plan, epochs: 1 })
    expect([0, 9, 10, 20, 30].map(at)).toEqual([0.02, 0.2, 0.2, 0.1, 0].map(rate => expect.closeTo(rate, 12)))
  })

  it('falls in steps where the plan says so', () => {
    const stepped = { ...plan, schedule: { at: [0.5, 0.75], factor: 0.2 } }
    const at = (step: number) => learningRateAt(step, 10, stepped)
    expect([0, 9, 10, 19, 20, 29, 30, 39].map(at)).toEqual(
      [0.02, 0.2, 0.2, 0.2, 0.04, 0.04, 0.008, 0.008].map(rate => expect.closeTo(rate, 12)),
    )
  })
})

describe('a training', () => {
  it('that is packed and unpacked goes on to the same bits', async () => {
    const dataset = await loadDataset('cifar10-sample')
    const indices = Int32Array.from({ length: 64 }, (_, i) => 50 * i)
    const source = openBatches({
      dataset,
      images: 'train',
      indices,
      batchSize: 16,
      seed: 3,
      augment: { flip: true },
    })
    const straight = startTraining(network, plan, 7)
    for (let i = 0; i < 6; i++) await trainingStep(straight, source, plan, 7)

    let broken = startTraining(network, plan, 7)
    for (let i = 0; i < 6; i++) {
      const packed = packTraining(broken)
      disposeTraining(broken)
      broken = unpackTraining(network, plan, packed)
      await trainingStep(broken, source, plan, 7)
    }
    expect(networkOf(broken.model).weights).toEqual(networkOf(straight.model).weights)
    for (const training of [straight, broken]) disposeTraining(training)
    await source.close()
  })

  it('leaves nothing behind when it is disposed', () => {
    const before = tf.memory().numTensors
    disposeTraining(startTraining(network, plan, 1))
    expect(tf.memory().numTensors).toBe(before)
  })
})
