import { describe, expect, it } from 'vitest'
import { batchNormTraining, type Tensor, tf } from '../../src/engine/index.js'
import { normal, uniform } from './values.js'

/** The running mean and variance after one batch, from the given ones. */
function updated(x: Tensor, mean: Tensor, variance: Tensor, momentum: number): number[][] {
  const updates: number[][] = []
  const channels = x.shape.at(-1)!
  batchNormTraining(x, tf.ones([channels]), tf.zeros([channels]), mean, variance, {
    epsilon: 1e-3,
    momentum,
    update: (...values) => updates.push(...values.map(value => [...value.dataSync()])),
  })
  return updates
}

describe('the running statistics of a batch normalization', () => {
  it.each([0.9, 0.99, 0.5, 0, 1])(
    'move towards the mean and the unbiased variance of the batch, with momentum %d',
    momentum => {
      const [x, mean, variance] = [normal([4, 3, 3, 2]), normal([2], 5), uniform([2], 1, 2, 6)]
      const moments = tf.moments(x, [0, 1, 2])
      const expected = [
        [mean, moments.mean],
        [variance, tf.mul(moments.variance, 36 / 35)],
      ].map(([before, now]) => tf.add(tf.mul(before!, momentum), tf.mul(now!, 1 - momentum)).dataSync())
      updated(x, mean, variance, momentum).forEach((values, i) => {
        values.forEach((value, c) => {
          expect(value).toBeCloseTo(expected[i]![c]!, 5)
        })
      })
    },
  )

  it('stay finite when the batch holds one value a channel', () => {
    const values = updated(tf.ones([1, 1, 1, 2]), tf.zeros([2]), tf.ones([2]), 0.9)
    expect(values.flat().every(Number.isFinite)).toBe(true)
  })
})
