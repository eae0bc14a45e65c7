import { describe, expect, it } from 'vitest'
import { indicator, tf } from '../../src/engine/index.js'

const margins = [-3, -0.4, -1e-6, 0, 1e-6, 0.2, 0.9, 5]

describe('the indicator', () => {
  it('is 1 where the margin is not negative, else 0', () => {
    const values = indicator(tf.tensor1d(margins), 0.25).dataSync()
    expect([...values]).toEqual([0, 0, 0, 1, 1, 1, 1, 1])
  })

  it.each([0.1, 0.25, 1])('has the gradient of sigmoid(margin / %f)', temperature => {
    const sigmoid = (margin: number) => 1 / (1 + Math.exp(-margin / temperature))
    const upstream = margins.map((_, i) => i - 2.5)
    const gradient = tf.grad(margin => tf.sum(tf.mul(indicator(margin, temperature), tf.tensor1d(upstream))))(
      tf.tensor1d(margins),
    )
    const h = 1e-5
    for (const [i, value] of [...gradient.dataSync()].entries()) {
      const slope = (sigmoid(margins[i]! + h) - sigmoid(margins[i]! - h)) / (2 * h)
      expect(value).toBeCloseTo(upstream[i]! * slope, 5)
    }
  })

  it('of no decisions is none', () => {
    expect(indicator(tf.tensor1d([]), 0.25).shape).toEqual([0])
  })
})
