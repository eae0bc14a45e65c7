import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NO_MULTIPLIER, targetAt, updateMultiplier } from '../../src/cost/index.js'

const positive = fc.double({ min: 1e-3, max: 1e9, noNaN: true })
const gains = { proportional: 10, integral: 0.3 }

describe('the multiplier', () => {
  it('is never negative', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(positive, positive), { minLength: 1, maxLength: 30 }), steps => {
        let multiplier = NO_MULTIPLIER
        for (const [price, target] of steps) {
          multiplier = updateMultiplier(multiplier, price, target, gains)
          expect(multiplier.lambda).toBeGreaterThanOrEqual(0)
          expect(multiplier.integral).toBeGreaterThanOrEqual(0)
        }
      }),
    )
  })

  it('of a target that is held from both sides pulls back up what fell below it', () => {
    let multiplier = NO_MULTIPLIER
    for (let step = 0; step < 20; step++)
      multiplier = updateMultiplier(multiplier, 0.8, 1, gains, Number.NEGATIVE_INFINITY)
    expect(multiplier.integral).toBeCloseTo(20 * 0.3 * Math.log(0.8), 9)
    expect(multiplier.lambda).toBeCloseTo(multiplier.integral + 10 * Math.log(0.8), 9)
  })

  it('rises at every step above the target, and more the further above', () => {
    fc.assert(
      fc.property(positive, fc.double({ min: 1.01, max: 10, noNaN: true }), (target, ratio) => {
        let [near, far] = [NO_MULTIPLIER, NO_MULTIPLIER]
        for (let step = 0; step < 5; step++) {
          const before = near.lambda
          near = updateMultiplier(near, target * ratio, target, gains)
          far = updateMultiplier(far, target * ratio * 2, target, gains)
          expect(near.lambda).toBeGreaterThan(before)
          expect(far.lambda).toBeGreaterThan(near.lambda)
        }
      }),
    )
  })

  it('falls below the target, to nothing in the end', () => {
    let multiplier = { integral: 4, lambda: 4 }
    for (let step = 0; step < 100; step++) {
      const before = multiplier.lambda
      multiplier = updateMultiplier(multiplier, 0.8, 1, gains)
      expect(multiplier.lambda).toBeLessThanOrEqual(before)
    }
    expect(multiplier.lambda).toBe(0)
  })

  it('on the target stays at its integral', () => {
    expect(updateMultiplier({ integral: 2, lambda: 9 }, 5, 5, gains)).toEqual({ integral: 2, lambda: 2 })
  })

  it('follows the formula', () => {
    const { integral, lambda } = updateMultiplier({ integral: 1, lambda: 1 }, 2, 1, gains)
    expect(integral).toBeCloseTo(1 + 0.3 * Math.LN2, 12)
    expect(lambda).toBeCloseTo(1 + 0.3 * Math.LN2 + 10 * Math.LN2, 12)
  })

  it('is the same whatever the unit', () => {
    const ms = updateMultiplier(NO_MULTIPLIER, 5, 4, gains)
    const us = updateMultiplier(NO_MULTIPLIER, 5000, 4000, gains)
    expect(us.lambda).toBeCloseTo(ms.lambda, 12)
  })
})

describe('the target of a step', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  const ramp = fc.double({ min: 0.01, max: 1, noNaN: true })

  it('goes from the price at the start to the bound and never turns back', () => {
    fc.assert(
      fc.property(positive, positive, ramp, share, share, (a, b, ramp, s, t) => {
        const [bound, start] = [Math.min(a, b), Math.max(a, b)]
        const at = (share: number) => targetAt(share, { start, bound, ramp })
        expect(at(0) / start).toBeCloseTo(1, 9)
        expect(at(1) / bound).toBeCloseTo(1, 9)
        expect(at(Math.min(1, ramp)) / bound).toBeCloseTo(1, 9)
        expect(at(Math.max(s, t))).toBeLessThanOrEqual(at(Math.min(s, t)) * (1 + 1e-9))
      }),
    )
  })

  it('falls evenly on a log scale', () => {
    const at = (share: number) => targetAt(share, { start: 100, bound: 1, ramp: 0.5 })
    expect([0, 0.25, 0.5, 0.75].map(at)).toEqual([100, 10, 1, 1])
  })

  it('is the bound from the first step where there is no ramp, or nothing to fall', () => {
    expect(targetAt(0, { start: 100, bound: 10, ramp: 0 })).toBe(10)
    expect(targetAt(0, { start: 8, bound: 10, ramp: 0.7 })).toBe(10)
  })
})
