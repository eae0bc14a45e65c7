import { describe, expect, it } from 'vitest'
import {
  compile,
  createOptimizer,
  disposeModel,
  disposeOptimizer,
  eager,
  execute,
  gradients,
  type Program,
  type Step,
  softmaxCrossEntropy,
  type Tensor,
  tf,
} from '../../../src/engine/index.js'
import type { Weights } from '../../../src/network/index.js'
import { inherit } from '../../../src/search/one-shot/inherit.js'
import { sharedWeights } from '../../../src/search/one-shot/one-shot-phase.js'
import { oneShotSupernet } from '../../../src/search/one-shot/one-shot-score.js'
import {
  cutPass,
  drawnArchitectures,
  gatedPass,
  type OneShotStepOptions,
  takeOneShotStep,
} from '../../../src/search/one-shot/one-shot-step.js'
import type { Space } from '../../../src/search/space/space.js'
import { type Architecture, largest, smallest } from '../../../src/search/space/space-architectures.js'
import { heldInTensorFlow } from '../../engine/held-in-tensorflow.js'
import { normal } from '../../engine/values.js'
import { smallSpace, squeezingSpace, variedSpace } from '../space/small-space.js'
import { trained } from '../supernet/cut-supernet.js'

const COUNT = 12
const batchOf = ({ input, classes }: Space) => ({
  images: normal([COUNT, ...input]).dataSync() as Float32Array,
  labels: Int32Array.from({ length: COUNT }, (_, i) => i % classes),
  count: COUNT,
})
const PASS = { labelSmoothing: 0.1 }
const OPTIONS: OneShotStepOptions = { random: 2, distillation: false, weightDecay: 0.25 }

/** Without momentum, eagerly: what is compiled is the same to the last bit. */
function fresh(space: Space, make: (step: Step) => Program = eager, momentum = 0) {
  const supernet = oneShotSupernet(space, trained(space, 3))
  const optimizer = createOptimizer(supernet.model.trainable, { kind: 'momentum', momentum })
  const [gated, small] = [gatedPass(supernet, PASS), cutPass(supernet, smallest(space), PASS)].map(make) as [
    Program,
    Program,
  ]
  const dispose = () => {
    for (const program of [gated, small]) program.dispose()
    disposeModel(supernet.model)
    disposeOptimizer(optimizer)
  }
  return { trainer: { supernet, optimizer, gated, small }, dispose }
}

/** Gradients of a decoded network with weights of its own, laid where they came from in the largest one's. */
function decodedGradients(
  space: Space,
  weights: Weights,
  architecture: Architecture,
  { images, labels }: ReturnType<typeof batchOf>,
): Map<string, Float32Array> {
  const network = inherit(weights, space, architecture)
  const names = Object.keys(network.weights).filter(name => !/\/(mean|variance)$/.test(name))
  return tf.tidy((() => {
    const values = new Map(
      Object.entries(network.weights).map(([name, { shape, data }]) => [
        name,
        tf.tensor(data, [...shape]) as Tensor,
      ]),
    )
    const training = { seed: tf.scalar(1, 'int32'), step: tf.scalar(7, 'int32'), update: () => {} } as never
    const { gradients: all } = gradients(
      () => {
        const x = tf.tensor(images, [COUNT, ...space.input])
        const logits = execute(network, x, { weight: name => values.get(name)!, training })
        return softmaxCrossEntropy(logits, tf.tensor1d(labels, 'int32'), PASS.labelSmoothing)
      },
      names.map(name => values.get(name)!),
    )
    return new Map(
      names.map((name, i) => [
        name,
        scattered(all[i]!.dataSync() as Float32Array, network.weights[name]!.shape, weights[name]!.shape, {
          centred: name.endsWith('/depthwise/kernel'),
        }),
      ]),
    )
  }) as never) as unknown as Map<string, Float32Array>
}

/** Values of a small array where they lie in a large one: in its first channels, in the middle of its pixels. */
function scattered(
  values: Float32Array,
  small: readonly number[],
  large: readonly number[],
  { centred }: { centred: boolean },
): Float32Array {
  const whole = new Float32Array(large.reduce((a, b) => a * b, 1))
  for (const [at, value] of values.entries()) {
    let [rest, index, stride] = [at, 0, 1]
    for (let d = small.length - 1; d >= 0; d--) {
      const margin = centred && d < 2 ? (large[d]! - small[d]!) / 2 : 0
      index += ((rest % small[d]!) + margin) * stride
      rest = Math.floor(rest / small[d]!)
      stride *= large[d]!
    }
    whole[index] = value
  }
  return whole
}

describe('a step by the sandwich rule', () => {
  it.each([smallSpace, squeezingSpace, variedSpace])(
    'moves every weight by the summed gradients of the decoded networks, and decays it once ($name)',
    space => {
      const batch = batchOf(space)
      const { trainer, dispose } = fresh(space)
      const before = sharedWeights(trainer)
      const position = { learningRate: 0.5, seed: 1, step: 7 }
      takeOneShotStep(trainer, batch, position, OPTIONS)
      const after = sharedWeights(trainer)
      dispose()
      const architectures = [
        largest(space),
        smallest(space),
        ...drawnArchitectures(trainer.supernet, position, 2),
      ]
      expect(new Set(architectures.map(String)).size).toBeGreaterThan(2)
      const each = architectures.map(architecture => decodedGradients(space, before, architecture, batch))
      for (const [name, { data }] of Object.entries(before)) {
        const statistic = /\/(mean|variance)$/.test(name)
        const decay = name.endsWith('/kernel') ? OPTIONS.weightDecay : 0
        const expected = data.map((value, i) => {
          const sum = each.reduce((total, own) => total + (own.get(name)?.[i] ?? 0), 0)
          return statistic ? value : value - 0.5 * (sum + decay * value)
        })
        const size = Math.max(1, ...expected.map(Math.abs))
        const off = Math.max(...expected.map((value, i) => Math.abs(value - after[name]!.data[i]!)))
        expect(off / size, name).toBeLessThan(2e-4)
      }
    },
  )

  it('sees what it is told of each pass: the largest, the smallest, and the mean of the random ones', () => {
    const batch = batchOf(smallSpace)
    const { trainer, dispose } = fresh(smallSpace)
    const take = (random: number) =>
      takeOneShotStep(trainer, batch, { learningRate: 0, seed: 1, step: 0 }, { ...OPTIONS, random })
    const [none, one, two] = [take(0), take(1), take(2)]
    expect(none.random).toBeUndefined()
    expect(none.largest).toEqual(two.largest)
    expect(none.smallest).toEqual(two.smallest)
    const other = 2 * two.random!.crossEntropy - one.random!.crossEntropy
    expect(other).toBeGreaterThan(0)
    expect(none.largest.crossEntropy).not.toBeCloseTo(none.smallest.crossEntropy, 3)
    dispose()
  })

  it('draws other architectures in every step, by the seed alone', () => {
    const draw = (seed: number, step: number) => drawnArchitectures({ space: variedSpace }, { seed, step }, 3)
    expect(draw(1, 2)).toEqual(draw(1, 2))
    expect(draw(1, 2)).not.toEqual(draw(1, 3))
    expect(draw(1, 2)).not.toEqual(draw(2, 2))
    expect(new Set(draw(1, 2).map(String)).size).toBe(3)
  })

  it.each([false, true])('gives the same bits compiled and eager (distillation: %s)', distillation => {
    const batch = batchOf(squeezingSpace)
    const weights = [compile, eager].map(make => {
      const { trainer, dispose } = fresh(squeezingSpace, make as (step: Step) => Program, 0.9)
      const results = [0, 1, 2].map(step =>
        takeOneShotStep(trainer, batch, { learningRate: 0.02, seed: 4, step }, { ...OPTIONS, distillation }),
      )
      const shared = sharedWeights(trainer)
      dispose()
      return { results, shared }
    })
    expect(weights[0]).toEqual(weights[1])
  })

  it('lowers the cross-entropy of all on a fixed batch, with and without distillation', () => {
    const batch = batchOf(smallSpace)
    for (const distillation of [false, true]) {
      const { trainer, dispose } = fresh(smallSpace, eager, 0.9)
      const results = Array.from({ length: 25 }, (_, step) =>
        takeOneShotStep(
          trainer,
          batch,
          { learningRate: 0.02, seed: 1, step },
          { ...OPTIONS, distillation, weightDecay: 0 },
        ),
      )
      const [first, last] = [results[0]!, results.at(-1)!]
      expect(last.largest.crossEntropy).toBeLessThan(0.8 * first.largest.crossEntropy)
      expect(last.smallest.right).toBeGreaterThan(first.smallest.right)
      dispose()
    }
  })

  it('with distillation leaves the largest network its labels, and gives the others its softmax', () => {
    const batch = batchOf(smallSpace)
    const position = { learningRate: 0.1, seed: 1, step: 0 }
    const [hard, soft] = [false, true].map(distillation => {
      const { trainer, dispose } = fresh(smallSpace)
      const result = takeOneShotStep(trainer, batch, position, { ...OPTIONS, random: 0, distillation })
      const shared = sharedWeights(trainer)
      dispose()
      return { result, shared }
    })
    expect(soft!.result.largest).toEqual(hard!.result.largest)
    expect(soft!.result.smallest.right).toBe(hard!.result.smallest.right)
    expect(soft!.result.smallest.crossEntropy).not.toBeCloseTo(hard!.result.smallest.crossEntropy, 4)
    expect(soft!.shared).not.toEqual(hard!.shared)
  })

  it('leaves nothing behind, in JavaScript or in TensorFlow', () => {
    const batch = batchOf(smallSpace)
    const once = () => {
      const { trainer, dispose } = fresh(smallSpace, compile)
      takeOneShotStep(trainer, batch, { learningRate: 0.1, seed: 1, step: 0 }, OPTIONS)
      dispose()
    }
    once()
    const before = [tf.memory().numTensors, heldInTensorFlow()]
    once()
    expect([tf.memory().numTensors, heldInTensorFlow()]).toEqual(before)
  })
})

describe('a pass', () => {
  it('by gates and by cutting has the same logits, loss and gradients', () => {
    for (const space of [smallSpace, squeezingSpace]) {
      const { trainer, dispose } = fresh(space)
      const { supernet } = trainer
      const batch = batchOf(space)
      const [architecture] = drawnArchitectures(supernet, { seed: 5, step: 5 }, 1)
      const again = { ...trainer, small: eager(cutPass(supernet, architecture!, PASS)) }
      const position = { learningRate: 0, seed: 5, step: 5 }
      const { smallest: cut, random } = takeOneShotStep(again, batch, position, { ...OPTIONS, random: 1 })
      expect(cut.crossEntropy).toBeCloseTo(random!.crossEntropy, 4)
      expect(cut.right).toBe(random!.right)
      dispose()
    }
  })
})
