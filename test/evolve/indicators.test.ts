import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InputError } from '../../src/errors.js'
import { convergence, hypervolume, invertedGenerationalDistance, problems } from '../../src/evolve/index.js'

/** The points of a low-discrepancy sequence that the golden values were computed of. */
const sequence = (count: number, width: number, scale = 1) =>
  Float64Array.from({ length: count * width }, (_, i) => scale * ((i * 0.618033988749895) % 1))

/** Unit cells of an integer grid that a point dominates. */
function cells(points: readonly (readonly number[])[], reference: readonly number[]): number {
  const total = reference.reduce((product, side) => product * side, 1)
  let count = 0
  for (let cell = 0; cell < total; cell++) {
    let rest = cell
    const corner = reference.map(side => {
      const at = rest % side
      rest = Math.floor(rest / side)
      return at
    })
    if (points.some(point => point.every((value, j) => value <= corner[j]!))) count++
  }
  return count
}

const gridPoints = (width: number) =>
  fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: width, maxLength: width }), {
    maxLength: 25,
  })

describe('hypervolume', () => {
  it.each([1, 2, 3])('counts the cells that points on a grid dominate, %d objectives', width => {
    const reference = [8, 7, 9].slice(0, width)
    fc.assert(
      fc.property(gridPoints(width), points => {
        expect(hypervolume(Float64Array.from(points.flat()), reference)).toBe(cells(points, reference))
      }),
      { numRuns: 200 },
    )
  })

  it('is what pymoo gives for 50 points in 2 and 3 objectives', () => {
    expect(hypervolume(sequence(50, 2), [1.1, 1.1])).toBeCloseTo(0.9672435332081865, 12)
    expect(hypervolume(sequence(50, 3), [1.1, 1.1, 1.1])).toBeCloseTo(0.7426646639634239, 12)
  })

  it('never falls when a point is added', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1, 2, 3),
        fc.infiniteStream(fc.double({ min: 0, max: 1.2, noNaN: true })),
        (width, stream) => {
          const reference = [1, 1, 1].slice(0, width)
          const points: number[] = []
          let before = 0
          for (let i = 0; i < 20; i++) {
            for (let j = 0; j < width; j++) points.push(stream.next().value as number)
            const after = hypervolume(Float64Array.from(points), reference)
            expect(after).toBeGreaterThanOrEqual(before - 1e-12)
            before = after
          }
        },
      ),
    )
  })

  it('is two thirds of the unit square for ZDT1’s front, one third for ZDT2’s, 1 − π/6 for DTLZ2’s cube', () => {
    expect(hypervolume(problems.zdt1.front!(20_001), [1, 1])).toBeCloseTo(2 / 3, 4)
    expect(hypervolume(problems.zdt2.front!(20_001), [1, 1])).toBeCloseTo(1 / 3, 4)
    expect(Math.abs(hypervolume(problems.dtlz2.front!(40_000), [1, 1, 1]) - (1 - Math.PI / 6))).toBeLessThan(
      0.01,
    )
  })

  it('is 0 for no point and for points beyond the reference', () => {
    expect(hypervolume(new Float64Array(0), [1, 1])).toBe(0)
    expect(hypervolume(Float64Array.of(1, 0, 0.5, 2), [1, 1])).toBe(0)
  })

  it('says that it does not measure four objectives', () => {
    expect(() => hypervolume(new Float64Array(4), [1, 1, 1, 1])).toThrow(InputError)
    expect(() => hypervolume(new Float64Array(4), [1, 1, 1, 1])).toThrow(/1 to 3 objectives, not for 4/)
  })
})

describe('distances to a front', () => {
  const found = sequence(20, 3)
  const front = sequence(35, 3, 0.9).subarray(45)

  it('are what pymoo calls IGD and GD', () => {
    expect(invertedGenerationalDistance(found, front, 3)).toBeCloseTo(0.07497265927205142, 12)
    expect(convergence(found, front, 3)).toBeCloseTo(0.09022308332748807, 12)
  })

  it('are 0 for the front itself', () => {
    expect(invertedGenerationalDistance(front, front, 3)).toBe(0)
    expect(convergence(front, front, 3)).toBe(0)
  })
})
