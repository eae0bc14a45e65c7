import { afterAll, describe, expect, it } from 'vitest'
import { prepareBatch } from '../../src/data/index.js'
import { createModel, disposeModel, evaluate, tf } from '../../src/engine/index.js'
import { NetworkError } from '../../src/errors.js'
import { poolable, poolConvolutions, poolingErrors, poolingJudge } from '../../src/pool/index.js'
import { inParts } from '../../src/pool/sensitivity.js'
import { tinyDataset } from '../data/tiny-dataset.js'
import { smallModel } from '../prune/small-model.js'

const network = smallModel()
const dataset = tinyDataset({ train: 24 })
const batches = [0, 12].map(from =>
  prepareBatch({ dataset, images: 'train', indices: Int32Array.from({ length: 12 }, (_, i) => from + i) }),
)
const tensors = tf.memory().numTensors
const judge = poolingJudge(network, () => batches)
const { layers } = poolable(network)

describe('a pooling is judged', () => {
  afterAll(() => {
    judge.dispose()
    expect(tf.memory().numTensors).toBe(tensors)
  })

  it('without making it, and its loss and accuracy are those of the pooled network', () => {
    for (const pooled of [[], ...layers.map(layer => [layer]), layers]) {
      const model = createModel(poolConvolutions(network, pooled))
      const { loss, accuracy, count } = evaluate(model, batches)
      disposeModel(model)
      const judged = judge.evaluate(pooled)
      expect(judged.loss).toBeCloseTo(loss, 5)
      expect(judged).toMatchObject({ accuracy, count })
    }
    expect(judge.evaluate(layers).loss).not.toBeCloseTo(judge.evaluate([]).loss, 3)
  })

  it('by the errors of all outputs at once, which are those that each convolution has alone', () => {
    const errors = judge.relativeErrors()
    expect([...errors.keys()].sort()).toEqual([...layers].sort())
    const [first, second] = batches.map(batch => poolingErrors(network, batch)) as [
      ReturnType<typeof poolingErrors>,
      ReturnType<typeof poolingErrors>,
    ]
    for (const [i, { layer, error, output }] of first.entries()) {
      const other = second[i]!
      const expected = Math.hypot(error.rms, other.error.rms) / Math.hypot(output.rms, other.output.rms)
      expect(errors.get(layer)).toBeCloseTo(expected, 4)
    }
  })

  it('in parts that memory holds: the same images, in order', () => {
    const parts = [...inParts(batches, 5)]
    expect(parts.map(({ count }) => count)).toEqual([5, 5, 2, 5, 5, 2])
    expect(parts.slice(0, 3).flatMap(({ images }) => [...images])).toEqual([...batches[0]!.images])
    expect(parts.flatMap(({ labels }) => [...labels])).toEqual(batches.flatMap(({ labels }) => [...labels]))
  })

  it('but not of a layer that cannot be pooled', () => {
    expect(() => judge.evaluate(['classifier'])).toThrow(NetworkError)
  })
})
