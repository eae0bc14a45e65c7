import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseConstraint, readTable } from '../../../src/cost/index.js'
import { random } from '../../../src/random.js'
import { baselinesWithin } from '../../../src/search/baselines.js'
import { exactPrice, type Price, pricesOf } from '../../../src/search/space/price.js'
import { randomWithin, uniformArchitectures } from '../../../src/search/space/random-architectures.js'
import { readSpace, type Space, searchable } from '../../../src/search/space/space.js'
import { type Architecture, checkArchitecture } from '../../../src/search/space/space-architectures.js'
import { smallSpace, squeezingSpace, variedSpace } from './small-space.js'

const shares = (space: Space, prices: readonly Price[], architecture: Architecture) =>
  prices.map(price => exactPrice(price, space, architecture) / price.bound)
const isEqual = (space: Space, prices: readonly Price[], architecture: Architecture) => {
  const used = shares(space, prices, architecture)
  return Math.max(...used) <= 1 && Math.max(...used) >= 0.97
}

/** Every architecture of a small space. */
const all = (space: Space): Architecture[] =>
  searchable(space).reduce<string[][]>(
    (heads, { choices }) => heads.flatMap(head => choices.map(choice => [...head, choice])),
    [[]],
  )

/** Prices of no order, nor any relation to one another. */
function drawnPrices(space: Space, seed: number, many: number): Price[] {
  return Array.from({ length: many }, (_, i) => {
    const stream = random(seed, 'prices', i)
    const table = (block: { kernels: readonly number[]; expansions: readonly number[] }) =>
      block.kernels.map(() => block.expansions.map(() => 0.1 + stream.uniform()))
    const rows = searchable(space).map(block => ({
      block: block.name,
      kernels: block.kernels,
      expansions: block.expansions,
      prices: table(block),
      ...(block.canSqueeze && { squeezed: table(block) }),
    }))
    const price = { metric: 'latency' as const, fixed: stream.uniform(), rows }
    const whole = exactPrice(price, space, all(space).at(Math.floor(stream.uniform() * all(space).length))!)
    return { ...price, bound: whole * (1 + 0.02 * stream.uniform()) }
  })
}

describe('random networks of equal price', () => {
  it.each([
    ['cifar10-mbconv', ['macs<=50%']],
    ['cifar10-mbconv-se', ['macs<=40%', 'params<=70%']],
    ['imagenet-single-path', ['latency<=80ms']],
  ])(
    'of %s are as many as asked, all different, within the bounds and within 3 %% of one',
    async (name, texts) => {
      const space = readSpace(name)
      const table = name.startsWith('imagenet') ? { table: readTable('pixel1') } : {}
      const prices = await pricesOf(space, texts.map(parseConstraint), table)
      const drawn = randomWithin(space, prices, 40, 7)
      expect(new Set(drawn.map(architecture => architecture.join())).size).toBe(40)
      for (const architecture of drawn) {
        expect(checkArchitecture(space, architecture)).toEqual(architecture)
        expect(isEqual(space, prices, architecture)).toBe(true)
      }
      expect(randomWithin(space, prices, 40, 7)).toEqual(drawn)
      expect(randomWithin(space, prices, 40, 8)).not.toEqual(drawn)
      expect(randomWithin(space, prices, 8, 7)).toEqual(drawn.slice(0, 8))
    },
  )

  it('are all there are where fewer are there than asked, whatever the prices', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(smallSpace, squeezingSpace),
        fc.nat(),
        fc.integer({ min: 1, max: 2 }),
        (space, seed, many) => {
          const prices = drawnPrices(space, seed, many)
          const expected = all(space).filter(architecture => isEqual(space, prices, architecture))
          const found = randomWithin(space, prices, 100, 1)
          expect(found.map(String).sort()).toEqual(expected.map(String).sort())
        },
      ),
      { numRuns: 40 },
    )
  })

  it('are each as likely as any other: the first drawn, over many seeds', () => {
    for (const many of [1, 2]) {
      const seeded = Array.from({ length: 200 }, (_, seed) => drawnPrices(squeezingSpace, seed, many))
      const prices = seeded.find(
        prices => all(squeezingSpace).filter(a => isEqual(squeezingSpace, prices, a)).length === 6,
      )!
      const counts = new Map<string, number>()
      const draws = 1800
      for (let seed = 0; seed < draws; seed++) {
        const [first] = randomWithin(squeezingSpace, prices, 1, seed)
        counts.set(String(first), (counts.get(String(first)) ?? 0) + 1)
      }
      const expected = draws / 6
      const chiSquared = [...counts.values()].reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0)
      expect(counts.size).toBe(6)
      // 99.9 % of χ² with 5 degrees of freedom.
      expect(chiSquared).toBeLessThan(20.5)
    }
  })

  it('are none where none is that near to a bound', async () => {
    const [price] = await pricesOf(smallSpace, [parseConstraint('macs<=100%')])
    expect(randomWithin(smallSpace, [{ ...price!, bound: 2 * price!.bound }], 5, 0)).toEqual([])
    expect(randomWithin(smallSpace, [], 5, 0)).toEqual([])
  })
})

describe('uniform networks', () => {
  it('are those whose choice every block offers', () => {
    const choices = (space: Space) => uniformArchitectures(space).map(({ choice }) => choice)
    expect(choices(readSpace('cifar10-mbconv'))).toEqual(['3x3-e3', '3x3-e6', '5x5-e3', '5x5-e6'])
    expect(choices(readSpace('cifar10-mbconv-se'))).toHaveLength(8)
    expect(choices(variedSpace)).toEqual([])
    for (const { choice, architecture } of uniformArchitectures(squeezingSpace))
      expect(checkArchitecture(squeezingSpace, architecture)).toEqual([choice, choice])
  })
})

describe('what a found network must beat', () => {
  it('are random networks of equal price and the uniform ones that fit', async () => {
    const space = readSpace('cifar10-mbconv')
    const prices = await pricesOf(space, [parseConstraint('macs<=60%')])
    const baselines = baselinesWithin(space, prices, 3, 5)
    expect(baselines.map(({ name }) => name)).toEqual([
      'random-1',
      'random-2',
      'random-3',
      'uniform-3x3-e3',
      'uniform-5x5-e3',
    ])
    for (const { architecture } of baselines)
      expect(exactPrice(prices[0]!, space, architecture)).toBeLessThanOrEqual(prices[0]!.bound)
  })
})
