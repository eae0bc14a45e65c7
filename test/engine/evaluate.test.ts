import { describe, expect, it } from 'vitest'
import {
  countRight,
  createModel,
  disposeModel,
  evaluate,
  type LabelledImages,
  tf,
} from '../../src/engine/index.js'
import { createNetwork, graph } from '../../src/network/index.js'
import { heldInTensorFlow } from './held-in-tensorflow.js'

/** A network whose logits are its input. */
function identity() {
  const net = graph('identity', [3])
  net.dense(net.dropout(net.input, { rate: 0.5 }), { name: 'dense', units: 3, bias: false })
  const data = Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1)
  return createNetwork({ ...net.finish(), weights: { 'dense/kernel': { shape: [3, 3], data } } })
}

const batch = (logits: number[][], labels: number[]): LabelledImages => ({
  images: Float32Array.from(logits.flat()),
  labels: Int32Array.from(labels),
  count: labels.length,
})

const FIRST = batch(
  [
    [5, 0, 0],
    [0, 5, 0],
    [0, 0, 5],
  ],
  [0, 1, 1],
)
const SECOND = batch([[0, 5, 0]], [2])

/** −log of the softmax at a logit of 5, or at one of 0, beside two others. */
const RIGHT = Math.log(Math.exp(5) + 2) - 5
const WRONG = Math.log(Math.exp(5) + 2)

describe('evaluate', () => {
  it('counts what is right over batches of unequal size, and means the loss over images', () => {
    const model = createModel(identity())
    const { accuracy, loss, count } = evaluate(model, [FIRST, SECOND])
    expect({ accuracy, count }).toEqual({ accuracy: 0.5, count: 4 })
    expect(loss).toBeCloseTo((2 * RIGHT + 2 * WRONG) / 4, 5)
    disposeModel(model)
  })

  it('takes weights that stand in for others', () => {
    const model = createModel(identity())
    const swapped = () => new Map([['dense/kernel', tf.tensor2d([0, 1, 0, 1, 0, 0, 0, 0, 1], [3, 3])]])
    expect(evaluate(model, [FIRST], swapped).accuracy).toBe(0)
    expect(evaluate(model, [FIRST]).accuracy).toBeCloseTo(2 / 3)
    disposeModel(model)
  })

  it('leaves nothing behind, also when the batches fail', () => {
    const model = createModel(identity())
    function* failing() {
      yield FIRST
      throw new Error('disk gone')
    }
    const before = [tf.memory().numTensors, heldInTensorFlow()]
    evaluate(model, [FIRST, SECOND])
    expect([tf.memory().numTensors, heldInTensorFlow()]).toEqual(before)
    expect(() => evaluate(model, failing())).toThrow('disk gone')
    expect([tf.memory().numTensors, heldInTensorFlow()]).toEqual(before)
    disposeModel(model)
  })
})

describe('countRight', () => {
  it('takes the first of equal logits', () => {
    expect(countRight(tf.tensor2d([1, 1, 0, 1, 1, 0], [2, 3]), Int32Array.of(0, 1))).toBe(1)
  })
})
