import { describe, expect, it } from 'vitest'
import {
  compile,
  createOptimizer,
  disposeModel,
  disposeOptimizer,
  type Model,
  networkOf,
  type TrainStepOptions,
  takeStep,
  tf,
  trainStep,
} from '../../src/engine/index.js'
import { heldInTensorFlow } from './held-in-tensorflow.js'
import { momentumFor, smallModel, tintedImages } from './small-model.js'

const batch = tintedImages()
const position = { learningRate: 0.05, seed: 1, step: 0 }

/** Trains a fresh small model; what the steps returned and the network at the end. */
function trained(steps: number, { seed = 1, ...options }: TrainStepOptions & { seed?: number } = {}) {
  const model = smallModel()
  const optimizer = momentumFor(model)
  const program = compile(trainStep(model, optimizer, options))
  const results = Array.from({ length: steps }, (_, step) =>
    takeStep(program, model, batch, { ...position, seed, step }),
  )
  program.dispose()
  const { weights } = networkOf(model)
  disposeOptimizer(optimizer)
  disposeModel(model)
  return { results, weights }
}

/** One step of plain gradient descent. */
function descended(weightDecay: number) {
  const model = smallModel()
  const optimizer = createOptimizer(model.trainable, { kind: 'momentum', momentum: 0 })
  const before = networkOf(model).weights
  const program = compile(trainStep(model, optimizer, { weightDecay }))
  takeStep(program, model, batch, position)
  program.dispose()
  const after = networkOf(model).weights
  disposeOptimizer(optimizer)
  disposeModel(model)
  return { before, after }
}

describe('a training step', () => {
  it('lowers the loss on a fixed batch until all of it is classified right', () => {
    const { results } = trained(40)
    expect(results[0]!.loss).toBeGreaterThan(0.8)
    expect(results.at(-1)!.loss).toBeLessThan(0.25 * results[0]!.loss)
    expect(results.at(-1)!.right).toBe(batch.count)
  })

  it('gives the same weights, bit for bit, for the same seed', () => {
    const [first, second] = [trained(10), trained(10)]
    expect(second).toEqual(first)
  })

  it('draws other dropout masks for another seed', () => {
    expect(trained(2, { seed: 2 }).weights).not.toEqual(trained(2).weights)
  })

  it('changes every trained weight and every running statistic', () => {
    const { weights } = trained(1)
    const start = networkOf(smallModel()).weights
    for (const [name, { data }] of Object.entries(weights)) expect(data, name).not.toEqual(start[name]!.data)
  })

  it('decays the kernels, and nothing else', () => {
    const plain = descended(0)
    const decayed = descended(0.1)
    const { kernels } = smallModel()
    expect([...kernels].sort()).toEqual(
      Object.keys(plain.after)
        .filter(name => name.endsWith('/kernel'))
        .sort(),
    )
    for (const [name, { data }] of Object.entries(decayed.after)) {
      const without = plain.after[name]!.data
      const start = plain.before[name]!.data
      if (!kernels.has(name)) expect(data, name).toEqual(without)
      else
        data.forEach((value, i) => {
          expect(value).toBeCloseTo(without[i]! - position.learningRate * 0.1 * start[i]!, 6)
        })
    }
  })

  it('takes the loss of smoothed labels when asked', () => {
    const [plain, smoothed] = [trained(40), trained(40, { labelSmoothing: 0.3 })]
    expect(smoothed.results.at(-1)!.loss).toBeGreaterThan(plain.results.at(-1)!.loss + 0.2)
  })

  it('leaves nothing behind, in JavaScript or in TensorFlow', () => {
    const model = smallModel()
    const optimizer = momentumFor(model)
    const program = compile(trainStep(model, optimizer))
    const step = (step: number) => takeStep(program, model, batch, { ...position, step })
    step(0)
    const before = [tf.memory().numTensors, heldInTensorFlow()]
    for (let i = 1; i <= 20; i++) {
      step(i)
      expect([tf.memory().numTensors, heldInTensorFlow()]).toEqual(before)
    }
  })

  it('leaves nothing behind when it fails', () => {
    const model = smallModel()
    const optimizer = momentumFor(model)
    const broken: Model = { ...model, trainable: [...model.trainable, model.trainable[0]!] }
    const program = compile(trainStep(broken, { ...optimizer, slots: new Map() }))
    const fail = () => takeStep(program, model, batch, position)
    expect(fail).toThrow()
    const before = tf.memory().numTensors
    expect(fail).toThrow()
    expect(tf.memory().numTensors).toBe(before)
  })
})
