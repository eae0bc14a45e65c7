import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  crossGenomes,
  domainOf,
  drawGenome,
  integerChildren,
  integerMutation,
  lowerChild,
  mutateGenome,
  polynomialMutation,
  upperChild,
  type Variable,
} from '../../src/evolve/index.js'
import { random } from '../../src/random.js'

const uniform = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })
const eta = fc.double({ min: 0, max: 40, noNaN: true })
/** Two bounds and two numbers between, not equal. */
const parents = fc
  .uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 4, maxLength: 4 })
  .map(numbers => numbers.map(number => number / 7).sort((a, b) => a - b) as [number, number, number, number])
const bounds = fc
  .tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 100 }))
  .map(([low, span]) => ({ low, high: low + span }))

describe('simulated binary crossover', () => {
  it.each([
    [0.2, 0.7, 0, 1, 15, 0.1, 0.22392462192124976, 0.6760759363898551],
    [0.2, 0.7, 0, 1, 15, 0.5, 0.2000006433367053, 0.6999999740565651],
    [0.2, 0.7, 0, 1, 15, 0.97, 0.15196350670826808, 0.748060275372059],
    [0.01, 0.02, 0, 1, 20, 0.8, 0.009777005980515209, 0.020222994019532342],
    [-3, 4.5, -5, 5, 2, 0.65, -3.1627955974009887, 4.30709785360869],
    [0, 1, 0, 1, 15, 0.3, 0.03624342201660424, 0.9637565779833958],
  ])(
    'makes of %d and %d in [%d, %d] what pymoo makes (η %d, u %d)',
    (a, b, low, high, eta, u, lower, upper) => {
      expect(lowerChild(a, b, low, eta, u)).toBeCloseTo(lower, 14)
      expect(upperChild(a, b, high, eta, u)).toBeCloseTo(upper, 14)
    },
  )

  it('keeps its children in order and within the bounds', () => {
    fc.assert(
      fc.property(parents, eta, uniform, ([low, a, b, high], eta, u) => {
        const [lower, upper] = [lowerChild(a, b, low, eta, u), upperChild(a, b, high, eta, u)]
        expect(lower).toBeGreaterThanOrEqual(low)
        expect(upper).toBeLessThanOrEqual(high)
        expect(lower).toBeLessThanOrEqual(upper + 1e-9)
      }),
    )
  })

  it('keeps the parents’ mean far from the bounds', () => {
    fc.assert(
      fc.property(parents, uniform, ([, a, b], u) => {
        const far = 1e6
        const sum = lowerChild(a, b, -far, 15, u) + upperChild(a, b, far, 15, u)
        expect(sum).toBeCloseTo(a + b, 8)
      }),
    )
  })

  it('makes whole children of whole numbers, each bound as likely as its neighbours', () => {
    fc.assert(
      fc.property(bounds, fc.nat(), fc.nat(), eta, uniform, ({ low, high }, i, j, eta, u) => {
        const span = high - low
        const [a, b] = [low + (i % span), low + 1 + Math.max(i % span, j % span)]
        for (const child of integerChildren(a, b, { low, high }, eta, u)) {
          expect(Number.isInteger(child)).toBe(true)
          expect(child >= low && child <= high).toBe(true)
        }
      }),
    )
  })
})

describe('polynomial mutation', () => {
  it.each([
    [0.3, 0, 1, 20, 0.1, 0.2263217619587426],
    [0.3, 0, 1, 20, 0.5, 0.3],
    [0.3, 0, 1, 20, 0.95, 0.4038494980493779],
    [0, 0, 1, 20, 0.2, 0],
    [4.9, -5, 5, 5, 0.999, 4.9997948915811845],
    [4.9, -5, 5, 5, 0.001, -1.5504633399492258],
  ])('makes of %d in [%d, %d] what pymoo makes (η %d, u %d)', (x, low, high, eta, u, mutated) => {
    expect(polynomialMutation(x, low, high, eta, u)).toBeCloseTo(mutated, 13)
  })

  it('stays within the bounds and goes down below u = ½, up above', () => {
    fc.assert(
      fc.property(parents, eta, uniform, ([low, x, , high], eta, u) => {
        const mutated = polynomialMutation(x, low, high, eta, u)
        expect(mutated >= low && mutated <= high).toBe(true)
        expect(u < 0.5 ? mutated <= x + 1e-9 : mutated >= x - 1e-9).toBe(true)
      }),
    )
  })

  it('always changes a whole number into another of its range', () => {
    fc.assert(
      fc.property(bounds, fc.nat(), eta, uniform, ({ low, high }, i, eta, u) => {
        const x = low + (i % (high - low + 1))
        const mutated = integerMutation(x, low, high, eta, u)
        expect(mutated).not.toBe(x)
        expect(Number.isInteger(mutated) && mutated >= low && mutated <= high).toBe(true)
      }),
    )
  })

  it('creeps by one where the index is large, and away from a bound', () => {
    expect(integerMutation(50, 0, 100, 1e6, 0.3)).toBe(49)
    expect(integerMutation(50, 0, 100, 1e6, 0.7)).toBe(51)
    expect(integerMutation(0, 0, 100, 1e6, 0.3)).toBe(1)
    expect(integerMutation(100, 0, 100, 1e6, 0.7)).toBe(99)
  })
})

describe('variation of mixed genomes', () => {
  const variables: readonly Variable[] = [
    { kind: 'real', name: 'real', low: -1, high: 2 },
    { kind: 'integer', name: 'integer', low: 3, high: 9 },
    { kind: 'ordinal', name: 'ordinal', values: [1, 2, 4, 8] },
    { kind: 'categorical', name: 'categorical', values: ['a', 'b', 'c', 'd', 'e'] },
    { kind: 'integer', name: 'fixed', low: 5, high: 5 },
    { kind: 'real', name: 'constant', low: 0.5, high: 0.5 },
  ]
  const domains = variables.map(domainOf)
  const always = { probability: 1, perVariable: 1, eta: 15 }
  const drawn = (...path: number[]) => {
    const genome = new Float64Array(domains.length)
    drawGenome(genome, domains, random(1, 'draw', ...path))
    return genome
  }
  const inside = (genome: Float64Array) =>
    domains.every(({ kind, low, high }, i) => {
      const value = genome[i]!
      return value >= low && value <= high && (kind === 'real' || Number.isInteger(value))
    })

  it('stays in the domain of every variable', () => {
    for (let i = 0; i < 500; i++) {
      const [one, other] = [drawn(i, 0), drawn(i, 1)]
      crossGenomes(one, other, domains, always, random(1, 'cross', i))
      mutateGenome(one, domains, always, random(1, 'mutate', i))
      expect([one, other].every(inside)).toBe(true)
    }
  })

  it('exchanges categories and never blends them', () => {
    for (let i = 0; i < 100; i++) {
      const [one, other] = [drawn(i, 2), drawn(i, 3)]
      const before = [one[3], other[3]]
      crossGenomes(one, other, domains, always, random(1, 'exchange', i))
      expect([other[3], one[3]]).toEqual(before)
    }
  })

  it('draws every other category, and every number of a range, equally often', () => {
    const categories = new Map<number, number>()
    const integers = new Map<number, number>()
    const count = 6000
    const add = (map: Map<number, number>, key: number) => map.set(key, (map.get(key) ?? 0) + 1)
    for (let i = 0; i < count; i++) {
      const genome = drawn(i, 4)
      add(integers, genome[1]!)
      genome[3] = 2
      mutateGenome(genome, domains, always, random(2, i))
      add(categories, genome[3]!)
    }
    expect([...categories.keys()].sort()).toEqual([0, 1, 3, 4])
    expect([...integers.keys()].sort()).toEqual([3, 4, 5, 6, 7, 8, 9])
    for (const [map, choices] of [
      [categories, 4],
      [integers, 7],
    ] as const)
      for (const seen of map.values()) expect(Math.abs(seen / count - 1 / choices)).toBeLessThan(0.025)
  })

  it('leaves parents as they are with a probability of 0', () => {
    const [one, other] = [drawn(1), drawn(2)]
    const copies = [one.slice(), other.slice()]
    crossGenomes(one, other, domains, { ...always, probability: 0 }, random(1))
    mutateGenome(one, domains, { ...always, perVariable: 0 }, random(1))
    expect([one, other]).toEqual(copies)
  })
})
