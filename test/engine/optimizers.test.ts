import { describe, expect, it } from 'vitest'
import {
  applyGradients,
  createOptimizer,
  createVariable,
  disposeOptimizer,
  type OptimizerOptions,
  tf,
} from '../../src/engine/index.js'
import { random } from '../../src/random.js'
import { largestDifference } from './values.js'

const LEARNING_RATE = 0.05
const STEPS = 6
const stream = random(4, 'optimizers')
const START = Array.from({ length: 5 }, () => stream.normal())
const GRADIENTS = Array.from({ length: STEPS }, () => Array.from({ length: 5 }, () => stream.normal()))

/** The weights after every step, by the engine. */
function optimised(options: OptimizerOptions): number[][] {
  return tf.tidy(() => {
    const variables = [
      createVariable('unmoved', [2], Float32Array.of(1, 2)),
      createVariable('w', [5], Float32Array.from(START)),
    ]
    const optimizer = createOptimizer(variables, options)
    const weights = GRADIENTS.map((gradient, step) => {
      const gradients = [tf.zeros([2]), tf.tensor1d(gradient)]
      const pace = { learningRate: tf.scalar(LEARNING_RATE), count: tf.scalar(step + 1) }
      applyGradients(optimizer, variables, gradients, pace)
      return [...variables[1]!.read().dataSync()]
    })
    expect([...variables[0]!.read().dataSync()]).toEqual([1, 2])
    disposeOptimizer(optimizer)
    for (const variable of variables) variable.dispose()
    return weights
  })
}

/** The weights after every step, by `update` applied to one number at a time. */
function reference(start: () => (w: number, g: number, step: number) => number): number[][] {
  const updates = START.map(start)
  let weights = START
  return GRADIENTS.map((gradient, step) => {
    weights = weights.map((w, i) => updates[i]!(w, gradient[i]!, step + 1))
    return weights
  })
}

const momentum = (rate: number, nesterov: boolean) => () => {
  let a = 0
  return (w: number, g: number) => {
    a = rate * a + g
    return w - LEARNING_RATE * (nesterov ? g + rate * a : a)
  }
}

const adam = (beta1: number, beta2: number, epsilon: number) => () => {
  let [m, v] = [0, 0]
  return (w: number, g: number, t: number) => {
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    const rate = (LEARNING_RATE * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t)
    return w - (rate * m) / (Math.sqrt(v) + epsilon)
  }
}

const rmsprop = (decay: number, rate: number, epsilon: number) => () => {
  let [square, moment] = [0, 0]
  return (w: number, g: number) => {
    square = decay * square + (1 - decay) * g * g
    moment = rate * moment + (LEARNING_RATE * g) / Math.sqrt(square + epsilon)
    return w - moment
  }
}

const cases: readonly [string, OptimizerOptions, Parameters<typeof reference>[0]][] = [
  ['momentum', { kind: 'momentum', momentum: 0.8 }, momentum(0.8, false)],
  ['momentum 0, plain descent', { kind: 'momentum', momentum: 0 }, momentum(0, false)],
  ['momentum by default 0.9', { kind: 'momentum' }, momentum(0.9, false)],
  ["Nesterov's momentum", { kind: 'momentum', nesterov: true }, momentum(0.9, true)],
  ['Adam by default', { kind: 'adam' }, adam(0.9, 0.999, 1e-7)],
  ['Adam', { kind: 'adam', beta1: 0.5, beta2: 0.9, epsilon: 0.1 }, adam(0.5, 0.9, 0.1)],
  ['RMSProp by default', { kind: 'rmsprop' }, rmsprop(0.9, 0.9, 1e-3)],
  ['RMSProp', { kind: 'rmsprop', decay: 0.7, momentum: 0.2, epsilon: 0.1 }, rmsprop(0.7, 0.2, 0.1)],
]

describe.each(cases)('%s', (_, options, rule) => {
  it('follows its formula step for step', () => {
    const expected = reference(rule)
    optimised(options).forEach((weights, step) => {
      expect(largestDifference(weights, expected[step]!)).toBeLessThan(1e-5)
    })
  })
})

describe.each([false, true])('momentum with nesterov: %s', nesterov => {
  it('equals that of TensorFlow.js', () => {
    const theirs = tf.train.momentum(LEARNING_RATE, 0.9, nesterov)
    const w = tf.variable(tf.tensor1d(START))
    const expected = GRADIENTS.map(gradient => {
      theirs.applyGradients([{ name: w.name, tensor: tf.tensor1d(gradient) }])
      return [...w.dataSync()]
    })
    optimised({ kind: 'momentum', nesterov }).forEach((weights, step) => {
      expect(largestDifference(weights, expected[step]!)).toBeLessThan(1e-6)
    })
  })
})

it("an optimizer's slots go with it", () => {
  const variable = createVariable('w', [3], new Float32Array(3))
  const before = tf.memory().numTensors
  const optimizer = createOptimizer([variable], { kind: 'adam' })
  expect(optimizer.slots.get('w')).toHaveLength(2)
  disposeOptimizer(optimizer)
  expect(tf.memory().numTensors).toBe(before)
  variable.dispose()
})
