import { describe, expect, it } from 'vitest'
import { leastSquares } from '../../../src/hardware/models/least-squares.js'
import { monomialsOf, monomialsUpTo } from '../../../src/hardware/models/monomials.js'
import { random } from '../../../src/random.js'

describe('leastSquares', () => {
  it('fits a line by hand', () => {
    const rows = [0, 1, 2].map(x => Float64Array.of(1, x))
    const [intercept, slope] = leastSquares(rows, [1, 2, 4])
    expect(intercept).toBeCloseTo(5 / 6, 12)
    expect(slope).toBeCloseTo(1.5, 12)
  })

  it('gives columns that depend on earlier ones 0, and fits by the others', () => {
    const stream = random(1, 'rows')
    const rows = Array.from({ length: 30 }, () => {
      const [a, b, c] = [stream.normal(), stream.normal(), stream.normal()]
      return Float64Array.of(1, a, 2 * a - 1, 0, b, a + b, c)
    })
    const x = leastSquares(
      rows,
      rows.map(row => 3 + 2 * row[1]! - row[4]! + 0.5 * row[6]!),
    )
    const expected = [3, 2, 0, 0, -1, 0, 0.5]
    for (const [j, value] of expected.entries()) expect(x[j]).toBeCloseTo(value, 9)
    expect([x[2], x[3], x[5]]).toEqual([0, 0, 0])
  })
})

describe('monomials', () => {
  it('come by degree, each once', () => {
    expect(monomialsUpTo([0, 1], 2)).toEqual([[], [0], [1], [0, 0], [0, 1], [1, 1]])
    expect(monomialsOf([0, 1, 2, 3, 4, 5], 3)).toHaveLength(56)
    expect(monomialsUpTo([], 2)).toEqual([[]])
  })
})
