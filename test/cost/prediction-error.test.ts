import { describe, expect, test } from 'vitest'
import { kendall, predictionError, spearman } from '../../src/cost/index.js'

describe('a prediction', () => {
  test('is judged by its relative error and its order', () => {
    expect(predictionError([1.1, 1.8, 3], [1, 2, 3])).toEqual({
      networks: 3,
      mape: expect.closeTo(20 / 3, 9),
      worst: expect.closeTo(10, 9),
      biasPercent: expect.closeTo(0, 9),
      spearman: 1,
      kendall: 1,
    })
  })
  test('in reverse order has rank correlation −1, in no order 0', () => {
    expect([spearman([1, 2, 3], [3, 2, 1]), kendall([1, 2, 3], [3, 2, 1])]).toEqual([-1, -1])
    expect([spearman([1, 1, 1], [1, 2, 3]), kendall([1, 1, 1], [1, 2, 3])]).toEqual([0, 0])
  })
  test('with ties counts the untied pairs and shares the ranks', () => {
    // Ranks 0, 1.5, 1.5, 3 and 0, 2, 1, 3; five of six pairs agree, one is tied on the left.
    expect(spearman([1, 2, 2, 4], [1, 3, 2, 4])).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 12)
    expect(kendall([1, 2, 2, 4], [1, 3, 2, 4])).toBeCloseTo(5 / Math.sqrt(5 * 6), 12)
  })
})
