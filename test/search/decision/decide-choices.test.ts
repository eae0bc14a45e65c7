import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PriceRow } from '../../../src/cost/index.js'
import { random } from '../../../src/random.js'
import {
  countOpenChoices,
  decideChoices,
  decideChoicesWithin,
  logSoftmax,
} from '../../../src/search/decision/decide-choices.js'
import { exactPrice, type Price } from '../../../src/search/space/price.js'
import { searchable } from '../../../src/search/space/space.js'
import { type Architecture, checkArchitecture } from '../../../src/search/space/space-architectures.js'
import { randomPrice } from '../space/random-price.js'
import { smallSpace, variedSpace } from '../space/small-space.js'

const space = variedSpace
const blocks = searchable(space)

const standingOf = (seed: number) => {
  const stream = random(seed, 'logits')
  return blocks.map(({ choices }) => logSoftmax(choices.map(() => 2 * stream.normal())))
}

describe('the decided choices', () => {
  it('are the most probable of every block', () => {
    fc.assert(
      fc.property(fc.nat(), seed => {
        const standing = standingOf(seed)
        const decided = decideChoices(space, standing)
        for (const [b, { choices }] of blocks.entries())
          for (const [i] of choices.entries())
            expect(standing[b]![choices.indexOf(decided[b]!)]).toBeGreaterThanOrEqual(standing[b]![i]!)
      }),
    )
  })

  it('leave nothing open when each is certain, and all others while they are equal', () => {
    const others = blocks.reduce((sum, { choices }) => sum + choices.length - 1, 0)
    const equal = blocks.map(({ choices }) => logSoftmax(choices.map(() => 0)))
    expect(countOpenChoices(space, equal)).toEqual({ open: others, of: others })
    const certain = blocks.map(({ choices }) => logSoftmax(choices.map((_, i) => (i === 0 ? 800 : 0))))
    expect(countOpenChoices(space, certain)).toEqual({ open: 0, of: others })
  })

  it('are read from log-probabilities whose probabilities sum to 1', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -700, max: 700, noNaN: true }), { minLength: 1 }), logits => {
        const sum = logSoftmax(logits).reduce((sum, log) => sum + Math.exp(log), 0)
        expect(sum).toBeCloseTo(1, 9)
      }),
    )
  })
})

describe('the choices within bounds', () => {
  it.each([true, false])('meet a bound that can be met (a larger choice costs more: %s)', monotone => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (seed, table) => {
        const price = randomPrice(space, table, monotone)
        const found = decideChoicesWithin(space, standingOf(seed), [price])
        expect(checkArchitecture(space, found)).toEqual(found)
        expect(exactPrice(price, space, found)).toBeLessThanOrEqual(price.bound)
      }),
      { numRuns: 100 },
    )
  })

  it('are the most probable ones when they meet the bound and nothing else fits', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (seed, table) => {
        const standing = standingOf(seed)
        const decided = decideChoices(space, standing)
        const free = randomPrice(space, table, true)
        const price = { ...free, bound: exactPrice(free, space, decided) }
        expect(decideChoicesWithin(space, standing, [price])).toEqual(decided)
      }),
    )
  })

  it('leave no room for a dearer choice in any block', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (seed, table) => {
        const price = randomPrice(space, table, true)
        const found = decideChoicesWithin(space, standingOf(seed), [price])
        const now = exactPrice(price, space, found)
        for (const [b, { choices }] of blocks.entries())
          for (const choice of choices) {
            const cost = exactPrice(price, space, found.with(b, choice))
            if (cost > now) expect(cost).toBeGreaterThan(price.bound)
          }
      }),
    )
  })

  it('give up the least probability first', () => {
    const rows: PriceRow[] = searchable(smallSpace).map(({ name, kernels, expansions }) => ({
      block: name,
      kernels,
      expansions,
      prices: kernels.map((_, i) => expansions.map((_, j) => 1 + i + 2 * j)),
    }))
    const of = (wanted: Record<string, number>[]): number[][] =>
      searchable(smallSpace).map(({ choices }, b) =>
        logSoftmax(choices.map(choice => wanted[b]![choice] ?? -9)),
      )
    // 4, 4 and 3; the small kernel costs 1 less, the narrow expansion 2.
    const standing = of([
      { '5x5-e6': 1, '3x3-e6': 0.5, '5x5-e3': 0.7, '3x3-e3': -2 },
      { '5x5-e6': 1, '3x3-e6': 0.9, '5x5-e3': -1, skip: -3 },
      { '3x3-e4': 1, '3x3-e2': 0.2 },
    ])
    const within = (bound: number): Architecture => {
      const price: Price = { metric: 'latency', fixed: 0, rows, bound }
      return decideChoicesWithin(smallSpace, standing, [price])
    }
    expect(within(11)).toEqual(['5x5-e6', '5x5-e6', '3x3-e4'])
    expect(within(10)).toEqual(['5x5-e6', '3x3-e6', '3x3-e4'])
    expect(within(8)).toEqual(['5x5-e3', '3x3-e6', '3x3-e4'])
    // One step more than needed leaves room, which goes back to where it is wanted most.
    expect(within(9)).toEqual(['5x5-e3', '5x5-e6', '3x3-e4'])
  })
})
