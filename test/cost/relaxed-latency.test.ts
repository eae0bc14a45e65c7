import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  choiceName,
  decisionsOf,
  type PriceRow,
  priceOf,
  readTable,
  relaxedBlockLatency,
  relaxedLatency,
  tablePrices,
} from '../../src/cost/index.js'
import { readSpace } from '../../src/search/space/space.js'
import { PUBLISHED } from '../search/published-network.js'

const pixel1 = readTable('pixel1')
const rows = tablePrices(pixel1, readSpace('imagenet-single-path'))
const decide = (row: PriceRow, choice: string) => {
  const [kernel, expansion] =
    choice === 'skip'
      ? []
      : choice
          .match(/\d+/g)!
          .map(Number)
          .filter((_, i) => i !== 1)
  return decisionsOf(row, kernel, expansion)
}
const formula = (choices: readonly string[]) =>
  relaxedLatency(
    pixel1.fixedMs,
    rows,
    rows.map((row, i) => decide(row, choices[i]!)),
  )
const uniform = (choice: string) => formula(rows.map(() => choice))

describe('the differentiable runtime', () => {
  test.each([
    ['5x5-e6', 131.458],
    ['3x3-e6', 110.652],
    ['5x5-e3', 76.362],
  ])('of the uniform %s network is %f ms', (choice, ms) => {
    expect(uniform(choice)).toBeCloseTo(ms, 3)
  })
  test('of the published network is 80.593 ms, where the table says 80.441', () => {
    expect(formula(PUBLISHED)).toBeCloseTo(80.593, 3)
  })
  test('differs from the table by −4.0 % to +4.8 % a block for 3×3-e3, and nowhere else', () => {
    const deviations = (kernel: number, expansion: number) =>
      rows.map(row => {
        const exact = priceOf(pixel1, row.block, choiceName(kernel, expansion))
        return (100 * relaxedBlockLatency(row, decisionsOf(row, kernel, expansion))) / exact - 100
      })
    const narrow = deviations(3, 3)
    expect(Math.min(...narrow)).toBeCloseTo(-4.0, 1)
    expect(Math.max(...narrow)).toBeCloseTo(4.8, 1)
    for (const [kernel, expansion] of [
      [3, 6],
      [5, 3],
      [5, 6],
    ] as const)
      for (const deviation of deviations(kernel, expansion)) expect(deviation).toBeCloseTo(0, 9)
  })
  test('of a skipped block is nothing', () => {
    expect(relaxedBlockLatency(rows[1]!, decisionsOf(rows[1]!))).toBe(0)
  })

  const prices = fc
    .record({ kernels: fc.integer({ min: 1, max: 4 }), expansions: fc.integer({ min: 1, max: 4 }) })
    .chain(size =>
      fc
        .array(
          fc.array(fc.double({ min: 0.1, max: 10, noNaN: true }), fixed(size.expansions)),
          fixed(size.kernels),
        )
        .map(
          (values): PriceRow => ({
            block: 'b',
            kernels: values.map((_, i) => 2 * i + 3),
            expansions: values[0]!.map((_, i) => i + 1),
            prices: values,
          }),
        ),
    )
  test('is exact on the largest kernel and on the widest expansion, however many of each there are', () => {
    fc.assert(
      fc.property(prices, row => {
        row.prices.forEach((line, i) => {
          line.forEach((price, j) => {
            if (i < row.kernels.length - 1 && j < row.expansions.length - 1) return
            const decision = decisionsOf(row, row.kernels[i]!, row.expansions[j]!)
            expect(relaxedBlockLatency(row, decision)).toBeCloseTo(price, 9)
          })
        })
      }),
    )
  })
  test('adds squeeze-and-excitation: exact on the largest kernel, and everywhere where it is the same for all', () => {
    const squeezing = fc.array(fc.double({ min: 0, max: 2, noNaN: true }), fixed(4))
    fc.assert(
      fc.property(prices, squeezing, ({ ...plain }, added) => {
        const row = { ...plain, squeezed: plain.prices.map(line => line.map((ms, j) => ms + added[j]!)) }
        const [k, e] = [row.kernels.at(-1)!, row.expansions.at(-1)!]
        row.expansions.forEach((expansion, j) => {
          const decision = decisionsOf(row, k, expansion, true)
          expect(relaxedBlockLatency(row, decision)).toBeCloseTo(row.squeezed.at(-1)![j]!, 9)
          expect(relaxedBlockLatency(row, { ...decision, squeeze: 0 })).toBeCloseTo(row.prices.at(-1)![j]!, 9)
        })
        row.kernels.forEach((kernel, i) => {
          const decision = decisionsOf(row, kernel, e, true)
          expect(relaxedBlockLatency(row, decision)).toBeCloseTo(row.squeezed[i]!.at(-1)!, 9)
        })
        expect(relaxedBlockLatency(row, { ...decisionsOf(row), squeeze: 1 })).toBe(0)
      }),
    )
  })
  test('changes continuously with a decision', () => {
    const row = rows[4]!
    const at = (d: number) => relaxedBlockLatency(row, { kernel: [d], expansion: [1, 1] })
    expect(at(0.5)).toBeCloseTo((at(0) + at(1)) / 2, 9)
  })
})

function fixed(length: number) {
  return { minLength: length, maxLength: length }
}
