import { describe, expect, it } from 'vitest'
import { parseConstraint } from '../../../src/cost/index.js'
import {
  compile,
  createOptimizer,
  disposeOptimizer,
  eager,
  type LabelledImages,
  optimizerVariables,
  type Program,
  readVariables,
  type Step,
  tf,
} from '../../../src/engine/index.js'
import { random } from '../../../src/random.js'
import { exactPrice, pricesOf } from '../../../src/search/space/price.js'
import type { Space } from '../../../src/search/space/space.js'
import { largest } from '../../../src/search/space/space-architectures.js'
import {
  type SearchStepPosition,
  searchStep,
  takeSearchStep,
} from '../../../src/search/supernet/search-step.js'
import { singlePathSearched } from '../../../src/search/supernet/single-path.js'
import {
  createSupernet,
  packSupernet,
  type Supernet,
  thresholdVariables,
} from '../../../src/search/supernet/supernet.js'
import { heldInTensorFlow } from '../../engine/held-in-tensorflow.js'
import { smallSpace as space, squeezingSpace } from '../space/small-space.js'

const [macs] = await pricesOf(space, [parseConstraint('macs<=50%')])

const stream = random(1, 'images')
const batch: LabelledImages = {
  images: Float32Array.from({ length: 16 * 8 * 8 * 3 }, () => stream.normal()),
  labels: Int32Array.from({ length: 16 }, (_, i) => i % 5),
  count: 16,
}

const OPTIONS = { weightDecay: 1e-5, labelSmoothing: 0.1, temperature: 0.25, prices: [macs!] }
const POSITION: SearchStepPosition = {
  learningRate: 0.05,
  thresholdRate: 0.01,
  keepProbability: 1,
  lambdas: [0],
  share: 0,
  seed: 1,
  step: 0,
}

function fresh(options: Partial<typeof OPTIONS> = {}, of: Space = space) {
  const supernet = createSupernet(of, 1)
  const optimizers = {
    weights: createOptimizer(supernet.model.trainable, { kind: 'momentum' }),
    thresholds: createOptimizer(thresholdVariables(supernet), { kind: 'adam' }),
  }
  const searched = singlePathSearched(supernet, { ...OPTIONS, ...options })
  const program = eager(searchStep(searched, optimizers, { ...OPTIONS, ...options }))
  const step = (position: Partial<SearchStepPosition>) =>
    takeSearchStep(program, searched, batch, { ...POSITION, ...position })
  const dispose = () => {
    program.dispose()
    searched.dispose()
    disposeOptimizer(optimizers.weights)
    disposeOptimizer(optimizers.thresholds)
  }
  return { supernet, searched, optimizers, step, dispose }
}

/** One step of a fresh supernet: what it returned, and everything the supernet holds afterwards. */
function once(position: Partial<SearchStepPosition>) {
  const { supernet, optimizers, step, dispose } = fresh()
  const result = step(position)
  const slots = readVariables(Object.values(optimizers).flatMap(optimizerVariables))
  const weights = { ...packSupernet(supernet), ...slots }
  dispose()
  return { result, weights }
}

const thresholdsOf = (supernet: Supernet) =>
  Object.values(readVariables(thresholdVariables(supernet))).flatMap(({ data }) => [...data])

describe('a step of the search', () => {
  it('prices the decisions before it, and at the start that is the largest network', () => {
    const { result } = once({})
    expect(result.prices[0]! / exactPrice(macs!, space, largest(space))).toBeCloseTo(1, 5)
  })

  it('gives the same bits compiled and eager for 20 steps, decisions dropped in half of them', () => {
    const search = (make: (step: Step) => Program) => {
      const { supernet, searched, optimizers, dispose } = fresh()
      const program = make(searchStep(searched, optimizers, OPTIONS))
      const results = Array.from({ length: 20 }, (_, step) =>
        takeSearchStep(program, searched, batch, {
          ...POSITION,
          ...(step < 10 ? { keepProbability: 0.6 } : { lambdas: [step] }),
          step,
        }),
      )
      program.dispose()
      const weights = packSupernet(supernet)
      dispose()
      return { results, weights }
    }
    expect(search(compile)).toEqual(search(eager))
  })

  it('with squeeze-and-excitation gives the same bits compiled and eager, and its threshold hears the price', async () => {
    const [price] = await pricesOf(squeezingSpace, [parseConstraint('macs<=50%')])
    const prices = [price!]
    const search = (make: (step: Step) => Program) => {
      const { supernet, searched, optimizers, dispose } = fresh({ prices }, squeezingSpace)
      const program = make(searchStep(searched, optimizers, OPTIONS))
      const results = Array.from({ length: 8 }, (_, step) =>
        takeSearchStep(program, searched, batch, {
          ...POSITION,
          ...(step < 4 ? { keepProbability: 0.6 } : { lambdas: [100 * step] }),
          step,
        }),
      )
      program.dispose()
      const weights = packSupernet(supernet)
      dispose()
      return { results, weights }
    }
    const compiled = search(compile)
    expect(compiled).toEqual(search(eager))
    expect(
      compiled.results[4]!.prices[0]! / exactPrice(price!, squeezingSpace, largest(squeezingSpace)),
    ).toBeCloseTo(1, 5)
    for (const name of ['b01', 'b02'])
      expect(compiled.weights[`${name}/thresholds/squeeze`]!.data[0]).toBeGreaterThan(0.009)
  })

  it('in the warm-up drops decisions by seed and step, and by nothing else', () => {
    const warm = { keepProbability: 0.6 }
    once({ ...warm, step: 3, seed: 9 })
    const reference = once({ ...warm, step: 7 })
    expect(once({ ...warm, step: 7 })).toEqual(reference)
    expect(once({ ...warm, step: 8 }).weights).not.toEqual(reference.weights)
    expect(once({ ...warm, step: 7, seed: 2 }).weights).not.toEqual(reference.weights)
  })

  it('after the warm-up drops none', () => {
    expect(once({ step: 7, seed: 2 })).toEqual(once({ step: 7 }))
  })

  it('in the warm-up changes the price that is shown, as decisions are dropped and scaled', () => {
    const whole = once({}).result.prices[0]!
    const prices = Array.from(
      { length: 8 },
      (_, step) => once({ keepProbability: 0.6, step }).result.prices[0]!,
    )
    expect(new Set(prices).size).toBeGreaterThan(1)
    expect(prices.some(price => price !== whole)).toBe(true)
  })

  it('pushes every threshold up where the price is in the loss', () => {
    const { supernet, step, dispose } = fresh()
    step({ lambdas: [1000] })
    const reaching = supernet.superkernels.flatMap(({ block }) => [
      ...block.kernels.slice(1).map(() => true),
      ...block.expansions.map((_, j) => j > 0 || block.canSkip),
    ])
    thresholdsOf(supernet).forEach((threshold, i) => {
      if (reaching[i]) expect(threshold).toBeGreaterThan(0.009)
      else expect(threshold).toBe(0)
    })
    dispose()
  })

  it('closes decision after decision under a price, and the price falls', () => {
    const { step: take, dispose } = fresh()
    const prices = Array.from(
      { length: 40 },
      (_, step) => take({ thresholdRate: 0.05, lambdas: [30], step }).prices[0]!,
    )
    expect(prices.at(-1)!).toBeLessThan(0.6 * prices[0]!)
    dispose()
  })

  it('lowers the cross-entropy on a fixed batch', () => {
    const { step: take, dispose } = fresh({ labelSmoothing: 0 })
    const losses = Array.from({ length: 40 }, (_, step) => take({ step }).crossEntropy)
    expect(losses.at(-1)!).toBeLessThan(0.5 * losses[0]!)
    dispose()
  })

  it('leaves nothing behind, in JavaScript or in TensorFlow', () => {
    const { step: take, dispose } = fresh()
    const step = (step: number) => take({ step, keepProbability: step % 2 === 0 ? 0.6 : 1, lambdas: [step] })
    step(0)
    step(1)
    const before = [tf.memory().numTensors, heldInTensorFlow()]
    for (let i = 2; i < 12; i++) {
      step(i)
      expect([tf.memory().numTensors, heldInTensorFlow()]).toEqual(before)
    }
    dispose()
  })

  it('leaves nothing behind when it fails', () => {
    const { searched, optimizers, dispose } = fresh()
    const broken = { ...optimizers, weights: { ...optimizers.weights, slots: new Map() } }
    const program = compile(searchStep(searched, broken, OPTIONS))
    const fail = () => takeSearchStep(program, searched, batch, POSITION)
    expect(fail).toThrow()
    const before = tf.memory().numTensors
    expect(fail).toThrow()
    expect(tf.memory().numTensors).toBe(before)
    dispose()
  })
})
