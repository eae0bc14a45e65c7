import { afterAll, describe, expect, it } from 'vitest'
import {
  batchFeeds,
  compile,
  createModel,
  disposeModel,
  evaluate,
  evaluateWith,
  evaluationStep,
  execute,
  type LabelledImages,
  type Tensor,
  tf,
} from '../../../src/engine/index.js'
import { InputError } from '../../../src/errors.js'
import type { Network } from '../../../src/network/index.js'
import { random } from '../../../src/random.js'
import { gateFeeds } from '../../../src/search/one-shot/architecture-gates.js'
import { inherit } from '../../../src/search/one-shot/inherit.js'
import { oneShotScorer, oneShotSupernet, scoreStep } from '../../../src/search/one-shot/one-shot-score.js'
import { recalibrate } from '../../../src/search/one-shot/recalibrate.js'
import type { Space } from '../../../src/search/space/space.js'
import { largest, randomArchitecture, smallest } from '../../../src/search/space/space-architectures.js'
import { heldInTensorFlow } from '../../engine/held-in-tensorflow.js'
import { largestDifference, normal } from '../../engine/values.js'
import { smallSpace, squeezingSpace, variedSpace } from '../space/small-space.js'
import { trained } from '../supernet/cut-supernet.js'

const batchesOf = ({ input, classes }: Space, count = 24, n = 2): LabelledImages[] =>
  Array.from({ length: n }, (_, b) => ({
    images: normal([count, ...input], b + 1).dataSync() as Float32Array,
    labels: Int32Array.from({ length: count }, (_, i) => (i + b) % classes),
    count,
  }))

const architecturesOf = (space: Space) => [
  largest(space),
  smallest(space),
  ...[1, 2, 3, 4].map(i => randomArchitecture(space, random(i, 'scored'))),
]

/** Logits of a network with batch norms of the batch. */
function logitsOf(network: Network, { images, count }: LabelledImages): Float32Array {
  const logits = tf.tidy(() =>
    execute(network, tf.tensor(images, [count, ...network.input.shape]), {
      weight: name => tf.tensor(network.weights[name]!.data, [...network.weights[name]!.shape]),
      statistics: 'batch',
    }),
  )
  return logits.dataSync() as Float32Array
}

describe('an architecture in the supernet', () => {
  it.each([smallSpace, squeezingSpace, variedSpace])(
    'has the logits of the network that inherits its weights, by the statistics of the batch ($name)',
    space => {
      const weights = trained(space, 2)
      const supernet = oneShotSupernet(space, weights)
      const program = compile(scoreStep(supernet))
      const [batch] = batchesOf(space)
      const seen = architecturesOf(space).map(architecture => {
        const network = inherit(weights, space, architecture)
        expect(network.architecture!.choices.map(({ choice }) => choice)).toEqual(architecture)
        const ours = tf.tidy(
          () =>
            program.run({ ...batchFeeds(supernet.model, batch!), ...gateFeeds(space, architecture) })[
              'logits'
            ] as Tensor,
        )
        const logits = ours.dataSync() as Float32Array
        expect(largestDifference(logits, logitsOf(network, batch!))).toBeLessThan(1e-4)
        return logits
      })
      expect(largestDifference(seen[0]!, seen[1]!)).toBeGreaterThan(1e-2)
      program.dispose()
      disposeModel(supernet.model)
    },
  )
})

describe('a score', () => {
  const space = smallSpace
  const weights = trained(space, 4)
  const batches = batchesOf(space)
  const scorer = oneShotScorer(space, weights, batches)
  afterAll(() => scorer.dispose())

  it('is accuracy and cross-entropy of the network that inherits its weights', () => {
    for (const architecture of architecturesOf(space)) {
      const model = createModel(inherit(weights, space, architecture))
      const program = compile(evaluationStep(model, { statistics: 'batch' }))
      const { accuracy, loss } = evaluateWith(program, model, batches)
      program.dispose()
      disposeModel(model)
      const score = scorer.score(architecture)
      expect(score.accuracy).toBe(accuracy)
      expect(score.crossEntropy).toBeCloseTo(loss, 4)
    }
  })

  it('is a function of architecture, weights and images', () => {
    const [one, other] = architecturesOf(space)
    const score = scorer.score(one!)
    expect(scorer.score(other!)).not.toEqual(score)
    expect(scorer.score(one!)).toEqual(score)
    const again = oneShotScorer(space, weights, batches)
    expect(again.score(one!)).toEqual(score)
    again.dispose()
  })

  it('does not hear of running statistics', () => {
    const moved = Object.fromEntries(
      Object.entries(weights).map(([name, { shape, data }]) => [
        name,
        { shape, data: /\/(mean|variance)$/.test(name) ? data.map(value => 3 * value + 1) : data },
      ]),
    )
    const other = oneShotScorer(space, moved, batches)
    expect(other.score(largest(space))).toEqual(scorer.score(largest(space)))
    other.dispose()
  })

  it('of what is not in the space is refused by the block', () => {
    expect(() => scorer.score(['3x3-e3'])).toThrow(InputError)
    expect(() => scorer.score([...largest(space)].with(1, '7x7-e3'))).toThrow('block b02')
  })

  it('leaves nothing behind', () => {
    const once = () => {
      const other = oneShotScorer(space, weights, batches)
      other.score(largest(space))
      other.dispose()
    }
    once()
    const before = [tf.memory().numTensors, heldInTensorFlow()]
    once()
    expect([tf.memory().numTensors, heldInTensorFlow()]).toEqual(before)
  })
})

describe('a network that inherits its weights', () => {
  const space = squeezingSpace
  const weights = trained(space, 6)
  const architecture = randomArchitecture(space, random(3, 'recalibrated'))

  it('recalibrated on some images, gives their logits by itself', () => {
    const [batch, ...more] = batchesOf(space, 64, 3)
    const network = recalibrate(inherit(weights, space, architecture), [batch!])
    const model = createModel(network)
    const { accuracy, loss } = evaluate(model, [batch!])
    disposeModel(model)
    const scorer = oneShotScorer(space, weights, [batch!])
    const score = scorer.score(architecture)
    scorer.dispose()
    expect(accuracy).toBe(score.accuracy)
    expect(loss).toBeCloseTo(score.crossEntropy, 4)
    const other = recalibrate(inherit(weights, space, architecture), more)
    expect(other.weights['stem_bn/mean']).not.toEqual(network.weights['stem_bn/mean'])
    expect(other.weights['stem_bn/gamma']).toEqual(network.weights['stem_bn/gamma'])
  })

  it('recalibrated on several batches, has the mean and variance of all their images', () => {
    const batches = batchesOf(space, 16, 3)
    const network = inherit(weights, space, architecture)
    const { weights: own } = recalibrate(network, batches)
    const all = {
      images: Float32Array.from(batches.flatMap(({ images }) => [...images])),
      labels: Int32Array.from(batches.flatMap(({ labels }) => [...labels])),
      count: 48,
    }
    // Up to the first batch norm, how images are put into batches does not matter.
    const { weights: together } = recalibrate(network, [all])
    for (const part of ['mean', 'variance']) {
      const [a, b] = [own, together].map(weights => weights[`stem_bn/${part}`]!.data)
      expect(largestDifference(a!, b!)).toBeLessThan(1e-5)
    }
  })
})
