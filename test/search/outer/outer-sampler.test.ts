import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  chosenOf,
  isOver,
  nextSolver,
  OUTER_PLAN,
  type OuterPlan,
  type OuterSample,
  type Solver,
} from '../../../src/search/outer/outer-sampler.js'
import type { Price } from '../../../src/search/space/price.js'

const bounds = [
  { metric: 'latency', fixed: 0, rows: [], bound: 2 },
  { metric: 'macs', fixed: 0, rows: [], bound: 100 },
] as const satisfies Price[]
const plan: OuterPlan = { ...OUTER_PLAN, samples: 12 }

const sample = (changes: Partial<OuterSample> = {}): OuterSample => ({
  ...{ lambda: 5, keepProbability: 0.5, thresholdRate: 0.01, architecture: [], margins: [] },
  ...{ prices: [1.9, 50], heldOutLoss: 1, heldOutAccuracy: 0.5 },
  ...changes,
})

/** Samples whose latency falls with λ and meets its bound from `enough` on; the loss grows with λ. */
function sampled(enough: number, count: number, seed = 1): readonly OuterSample[] {
  const samples: OuterSample[] = []
  while (samples.length < count) {
    const solver = nextSolver(plan, samples, bounds, seed)
    const latency = 2 * Math.sqrt(enough / solver.lambda)
    samples.push(sample({ ...solver, prices: [latency, 1], heldOutLoss: solver.lambda }))
  }
  return samples
}

describe('what the outer search tries first', () => {
  it('has one sample in every part of every range', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(), (count, seed) => {
        const all = { ...plan, samples: count, spread: 1 }
        const solvers: Solver[] = []
        while (solvers.length < count)
          solvers.push(
            nextSolver(
              all,
              solvers.map(solver => sample(solver)),
              bounds,
              seed,
            ),
          )
        const part = (at: number) => Math.floor(at * count + 1e-9)
        const logAt = (value: number, [from, to]: readonly [number, number]) =>
          Math.log(value / from) / Math.log(to / from)
        const { lambda, keepProbability: keep, thresholdRate: rate } = all
        const places = [
          solvers.map(solver => part(logAt(solver.lambda, lambda))),
          solvers.map(solver => part((solver.keepProbability - keep[0]) / (keep[1] - keep[0]))),
          solvers.map(solver => part(logAt(solver.thresholdRate, rate))),
        ]
        for (const axis of places) expect(axis.toSorted((a, b) => a - b)).toEqual(solvers.map((_, i) => i))
      }),
      { numRuns: 50 },
    )
  })

  it('depends on the seed, and on nothing else', () => {
    expect(sampled(7, 6)).toEqual(sampled(7, 6))
    expect(sampled(7, 6, 2)).not.toEqual(sampled(7, 6))
  })
})

describe('what the outer search tries then', () => {
  it('closes in on the least λ that meets the bounds, wherever that is in the range', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.04, max: 29, noNaN: true }), fc.nat(), (enough, seed) => {
        const samples = sampled(enough, 12, seed)
        const { lambda } = samples[chosenOf(samples, bounds)]!
        expect(lambda).toBeGreaterThanOrEqual(enough)
        // Six parts of a range of 1000, of which two lie between neighbours at most, halved six times on a log scale.
        expect(lambda / enough).toBeLessThan(1000 ** (2 / 6 / 2 ** 5))
      }),
    )
  })

  it('keeps the dropout and the learning rate of the best sample', () => {
    const samples = sampled(7, 9)
    const { keepProbability, thresholdRate } = samples[chosenOf(samples, bounds)]!
    expect(nextSolver(plan, samples, bounds, 1)).toMatchObject({ keepProbability, thresholdRate })
  })

  it('is a larger λ where none was enough, up to the end of the range', () => {
    const samples = sampled(1e6, 12)
    const lambdas = samples.slice(6).map(({ lambda }) => lambda)
    expect(lambdas).toEqual(lambdas.toSorted((a, b) => a - b))
    expect(lambdas.at(-1)!).toBeLessThanOrEqual(plan.lambda[1])
    expect(lambdas.at(-1)! / plan.lambda[1]).toBeGreaterThan(0.97)
  })
})

describe('the sample that is taken', () => {
  it('is that of least held-out loss of those within every bound', () => {
    const samples = [
      sample({ heldOutLoss: 0.1, prices: [2.1, 50] }),
      sample({ heldOutLoss: 0.2, prices: [1.9, 101] }),
      sample({ heldOutLoss: 0.9 }),
      sample({ heldOutLoss: 0.8, prices: [2, 100] }),
    ]
    expect(chosenOf(samples, bounds)).toBe(3)
  })

  it('is the one that misses its bounds least where none is within', () => {
    const samples = [
      [3, 50],
      [1, 120],
      [2.2, 112],
    ].map(prices => sample({ prices }))
    expect(chosenOf(samples, bounds)).toBe(2)
  })
})

describe('the outer search', () => {
  it('is over when all samples are taken', () => {
    const samples = Array.from({ length: 12 }, () => sample())
    expect(isOver(plan, samples.slice(1), bounds)).toBe(false)
    expect(isOver(plan, samples, bounds)).toBe(true)
  })

  it('with a tolerance is over once a sample is within the bounds and that near one of them', () => {
    const stop = { ...plan, stop: 0.03 }
    expect(isOver(stop, [], bounds)).toBe(false)
    expect(isOver(stop, [sample({ prices: [1.93, 50] })], bounds)).toBe(false)
    expect(isOver(stop, [sample({ prices: [1.95, 50] })], bounds)).toBe(true)
    expect(isOver(stop, [sample({ prices: [2.01, 98] })], bounds)).toBe(false)
    expect(isOver(plan, [sample({ prices: [1.95, 50] })], bounds)).toBe(false)
  })
})
