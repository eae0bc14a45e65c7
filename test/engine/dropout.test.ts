import { describe, expect, it } from 'vitest'
import { dropout, gradients, tf } from '../../src/engine/index.js'
import { drawOf, normal } from './values.js'

const MASK = { seed: 1, step: 2, name: 'dropout1' }
const mask = (options: Partial<typeof MASK> = {}, rate = 0.25, shape = [50, 40]) => [
  ...dropout(tf.ones(shape), rate, drawOf({ ...MASK, ...options })).dataSync(),
]

describe('dropout', () => {
  it.each([0.1, 0.25, 0.5, 0.9])('zeroes a share of %d and scales the others up', rate => {
    const values = mask({}, rate, [200, 200])
    const zeros = values.filter(value => value === 0).length / values.length
    expect(Math.abs(zeros - rate)).toBeLessThan(4 * Math.sqrt((rate * (1 - rate)) / values.length))
    for (const value of new Set(values)) if (value !== 0) expect(value).toBeCloseTo(1 / (1 - rate), 5)
  })

  it('is a function of seed, step and name', () => {
    expect(mask()).toEqual(mask())
    for (const other of [{ seed: 2 }, { step: 3 }, { name: 'dropout2' }])
      expect(mask(other)).not.toEqual(mask())
  })

  it('of rate 0 changes nothing', () => {
    expect(new Set(mask({}, 0))).toEqual(new Set([1]))
  })

  it('lets the gradient through where it let the value through', () => {
    const x = normal([50, 40])
    const { gradients: found } = gradients(() => tf.sum(dropout(x, 0.25, drawOf(MASK))), [x])
    expect([...found[0]!.dataSync()]).toEqual(mask())
  })
})
