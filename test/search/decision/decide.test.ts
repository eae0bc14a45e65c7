import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { choiceName, type PriceRow } from '../../../src/cost/index.js'
import { random } from '../../../src/random.js'
import { type BlockMargins, countOpen, decide, decideWithin } from '../../../src/search/decision/decide.js'
import { parseChoice } from '../../../src/search/space/decode.js'
import { exactPrice, type Price } from '../../../src/search/space/price.js'
import { searchable } from '../../../src/search/space/space.js'
import {
  type Architecture,
  checkArchitecture,
  largest,
  smallest,
} from '../../../src/search/space/space-architectures.js'
import { randomPrice as priceOf } from '../space/random-price.js'
import { smallSpace, variedSpace } from '../space/small-space.js'

const space = variedSpace
const blocks = searchable(space)

const marginsOf = (value: (block: string, at: string) => number): BlockMargins[] =>
  blocks.map(({ name, kernels, expansions, canSqueeze }) => ({
    kernel: kernels.slice(1).map((_, i) => value(name, `kernel${i}`)),
    expansion: expansions.map((_, j) => value(name, `expansion${j}`)),
    ...(canSqueeze && { squeeze: value(name, 'squeeze') }),
  }))
const randomPrice = (seed: number, monotone: boolean) => priceOf(space, seed, monotone)
const randomMargins = (seed: number) => {
  const stream = random(seed, 'margins')
  return marginsOf(() => stream.normal())
}

/** Every architecture that differs from this one in one decision that is closed here. */
const widened = (architecture: Architecture): Architecture[] =>
  blocks.flatMap((block, b) => {
    const { kernels, expansions, canSqueeze } = block
    if (architecture[b] === 'skip') return []
    const { kernel, expansion, squeeze } = parseChoice(block, architecture[b]!)
    const wider = [
      ...kernels.filter(k => k > kernel).map(k => choiceName(k, expansion, squeeze)),
      ...expansions.filter(e => e > expansion).map(e => choiceName(kernel, e, squeeze)),
      ...(canSqueeze && !squeeze ? [choiceName(kernel, expansion, true)] : []),
    ]
    return wider.map(choice => architecture.with(b, choice))
  })

describe('the decisions', () => {
  it('stand for the largest network when all are open, for the smallest when all are closed', () => {
    expect(
      decide(
        space,
        marginsOf(() => 0),
      ),
    ).toEqual(largest(space))
    expect(
      decide(
        space,
        marginsOf(() => -1),
      ),
    ).toEqual(smallest(space))
  })

  it('are nested: a closed one closes those after it', () => {
    const margins = marginsOf((block, at) => (block === 'b01' && at === 'kernel0' ? -1 : 1))
    expect(decide(space, margins)[1]).toBe('3x3-e6')
  })

  it('keep, leave and forget squeeze-and-excitation by its own margin', () => {
    const closed = marginsOf((block, at) => (block === 'b03' && at === 'squeeze' ? -0.1 : 1))
    expect(decide(space, closed).slice(2, 4)).toEqual(['5x5-e6-se', '5x5-e6'])
    const skipped = marginsOf((block, at) => (block === 'b03' && at === 'expansion0' ? -0.1 : 1))
    expect(decide(space, skipped)[3]).toBe('skip')
  })

  it('are counted as far as there is something to decide', () => {
    const total = blocks.reduce(
      (sum, { kernels, expansions, canSkip, canSqueeze }) =>
        sum + kernels.length + expansions.length - (canSkip ? 1 : 2) + (canSqueeze ? 1 : 0),
      0,
    )
    expect(
      countOpen(
        space,
        marginsOf(() => 1),
      ),
    ).toEqual({ open: total, of: total })
    expect(
      countOpen(
        space,
        marginsOf(() => -1),
      ),
    ).toEqual({ open: 0, of: total })
  })

  it('always stand for an architecture of the space', () => {
    fc.assert(
      fc.property(fc.nat(), seed => {
        const architecture = decide(space, randomMargins(seed))
        expect(checkArchitecture(space, architecture)).toEqual(architecture)
      }),
    )
  })
})

describe('the decisions within bounds', () => {
  it.each([true, false])('meet a bound that can be met (a larger choice costs more: %s)', monotone => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (seed, table) => {
        const price = randomPrice(table, monotone)
        const found = decideWithin(space, randomMargins(seed), [price])
        expect(checkArchitecture(space, found)).toEqual(found)
        expect(exactPrice(price, space, found)).toBeLessThanOrEqual(price.bound)
        expect(decideWithin(space, randomMargins(seed), [price])).toEqual(found)
      }),
      { numRuns: 200 },
    )
  })

  it('leave no room in which one more could be opened', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (seed, table) => {
        const price = randomPrice(table, true)
        const found = decideWithin(space, randomMargins(seed), [price])
        for (const wider of widened(found)) {
          expect(exactPrice(price, space, wider)).toBeGreaterThan(price.bound)
        }
      }),
    )
  })

  it('are the decisions themselves when they meet the bound and nothing else fits', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (seed, table) => {
        const margins = randomMargins(seed)
        const decided = decide(space, margins)
        const free = randomPrice(table, true)
        const price = { ...free, bound: exactPrice(free, space, decided) }
        expect(decideWithin(space, margins, [price])).toEqual(decided)
      }),
    )
  })

  it('are all open when there is room for all', () => {
    const price = { ...randomPrice(1, true), bound: 1e9 }
    expect(decideWithin(space, randomMargins(1), [price])).toEqual(largest(space))
  })

  it('turn round the least certain first', () => {
    const rows: PriceRow[] = searchable(smallSpace).map(({ name, kernels, expansions }) => ({
      block: name,
      kernels,
      expansions,
      prices: kernels.map((_, i) => expansions.map((_, j) => 1 + i + j)),
    }))
    const margins: BlockMargins[] = [
      { kernel: [0.3], expansion: [0.9, 0.2] },
      { kernel: [0.1], expansion: [0.9, 0.5] },
      { kernel: [], expansion: [0.9, 0.4] },
    ]
    const within = (bound: number) =>
      decideWithin(smallSpace, margins, [{ metric: 'latency', fixed: 0, rows, bound }])
    expect(within(8)).toEqual(['5x5-e6', '5x5-e6', '3x3-e4'])
    expect(within(7)).toEqual(['5x5-e6', '3x3-e6', '3x3-e4'])
    expect(within(6)).toEqual(['5x5-e3', '3x3-e6', '3x3-e4'])
    expect(within(5)).toEqual(['3x3-e3', '3x3-e6', '3x3-e4'])
    const doubtful = margins.map(block => ({ ...block, kernel: block.kernel.map(() => -0.1) }))
    const opened = decideWithin(smallSpace, doubtful.with(1, { ...doubtful[1]!, kernel: [-0.01] }), [
      { metric: 'latency', fixed: 0, rows, bound: 7 },
    ])
    expect(opened).toEqual(['3x3-e6', '5x5-e6', '3x3-e4'])
  })

  it('meet several bounds at once where closing helps all of them', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), (seed, first, second) => {
        const prices = [randomPrice(first, true), randomPrice(second, true)].map(price => ({
          ...price,
          bound: Math.max(price.bound, 1.01 * exactPrice(price, space, smallest(space))),
        }))
        const found = decideWithin(space, randomMargins(seed), prices)
        for (const price of prices) expect(exactPrice(price, space, found)).toBeLessThanOrEqual(price.bound)
      }),
    )
  })

  it('with bounds that cannot be met together come as near as changing one block at a time does', () => {
    // What one price wants closed, the other wants open.
    const base = randomPrice(3, true)
    const opposite: Price = {
      ...base,
      rows: base.rows.map(({ squeezed, ...row }) => {
        const turned = (prices: PriceRow['prices']) => prices.map(list => list.map(value => 100 - value))
        return { ...row, prices: turned(row.prices), ...(squeezed && { squeezed: turned(squeezed) }) }
      }),
      bound: 1,
    }
    const prices = [base, opposite]
    const excess = (architecture: Architecture) =>
      prices.reduce((sum, p) => sum + Math.max(0, exactPrice(p, space, architecture) / p.bound - 1), 0)
    const found = decideWithin(space, randomMargins(3), prices)
    for (const [b, { choices }] of blocks.entries())
      for (const choice of choices) {
        expect(excess(found.with(b, choice))).toBeGreaterThanOrEqual(excess(found))
      }
  })
})
