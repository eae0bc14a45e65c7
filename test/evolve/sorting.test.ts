import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  constrainedFronts,
  crowdingDistance,
  frontsOf,
  nonDominatedSort,
  type Population,
  standingOf,
  survivors,
  thinFront,
} from '../../src/evolve/index.js'
import { random } from '../../src/random.js'

type Points = readonly (readonly number[])[]
const flat = (points: Points) => Float64Array.from(points.flat())
const dominates = (a: readonly number[], b: readonly number[]) =>
  a.every((value, j) => value <= b[j]!) && a.some((value, j) => value < b[j]!)

/** Ranks by the definition: what is left without its non-dominated points, again and again. */
function ranksByDefinition(points: Points): number[] {
  const ranks = points.map(() => -1)
  for (let rank = 0; ranks.includes(-1); rank++) {
    const left = ranks.flatMap((known, i) => (known < 0 ? [i] : []))
    for (const i of left) if (!left.some(k => dominates(points[k]!, points[i]!))) ranks[i] = rank
  }
  return ranks
}

/** Crowding by the definition, of different points whose objectives are all different. */
function crowdingByDefinition(points: Points): number[] {
  const width = points[0]!.length
  const distances = points.map(() => 0)
  for (let j = 0; j < width; j++) {
    const order = points.map((_, i) => i).sort((a, b) => points[a]![j]! - points[b]![j]!)
    const [first, last] = [order[0]!, order.at(-1)!]
    const span = points[last]![j]! - points[first]![j]!
    order.forEach((i, place) => {
      const end = place === 0 || place === order.length - 1
      distances[i]! += end
        ? Infinity
        : (points[order[place + 1]!]![j]! - points[order[place - 1]!]![j]!) / span
    })
  }
  return distances
}

/** Few values, so that ties and equal points are common; 1 to 5 objectives, up to 80 points. */
const tied = fc.integer({ min: 1, max: 5 }).chain(width =>
  fc.array(fc.array(fc.integer({ min: 0, max: 6 }), { minLength: width, maxLength: width }), {
    minLength: 1,
    maxLength: 80,
  }),
)
/** Points of which no two agree in an objective. */
const general = (width: number, count: number, seed: number): Points => {
  const stream = random(seed, 'points', width)
  return Array.from({ length: count }, () => Array.from({ length: width }, () => stream.uniform()))
}
const shuffled = <T>(items: readonly T[], seed: number) =>
  Array.from(random(seed, 'shuffle').permutation(items.length), i => items[i]!)

describe('non-dominated sort', () => {
  it('gives the ranks of the definition for any number of objectives, ties and equal points', () => {
    fc.assert(
      fc.property(tied, points => {
        expect([...nonDominatedSort(flat(points), points[0]!.length)]).toEqual(ranksByDefinition(points))
      }),
      { numRuns: 300 },
    )
  })

  it.each([2, 3, 4])(
    'agrees with the definition for 300 points in general position, %d objectives',
    width => {
      const points = general(width, 300, 1)
      expect([...nonDominatedSort(flat(points), width)]).toEqual(ranksByDefinition(points))
    },
  )

  it('takes two objectives as it takes three of which one says nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { minLength: 1 }), points => {
        const padded = points.map(([a, b]) => [a, 0, b])
        expect(nonDominatedSort(flat(points), 2)).toEqual(nonDominatedSort(flat(padded), 3))
      }),
    )
  })

  it('does not depend on the order of the points', () => {
    fc.assert(
      fc.property(tied, fc.nat(), (points, seed) => {
        const width = points[0]!.length
        const order = shuffled([...points.keys()], seed)
        const ranks = nonDominatedSort(flat(points), width)
        const again = nonDominatedSort(flat(order.map(i => points[i]!)), width)
        expect([...again]).toEqual(order.map(i => ranks[i]))
      }),
    )
  })

  it('ranks designs that cannot be, at infinity, behind all others', () => {
    const points = [
      [Infinity, Infinity],
      [1, 2],
      [2, 1],
    ]
    expect([...nonDominatedSort(flat(points), 2)]).toEqual([1, 0, 0])
    expect(frontsOf(Int32Array.of(1, 0, 0)).map(front => [...front])).toEqual([[1, 2], [0]])
  })
})

describe('crowding distance', () => {
  it.each([1, 2, 3, 4])('is that of the definition with %d objectives', width => {
    for (let seed = 0; seed < 20; seed++) {
      const points = general(width, 3 + seed, seed)
      const distances = crowdingDistance(
        flat(points),
        width,
        points.map((_, i) => i),
      )
      const expected = crowdingByDefinition(points)
      distances.forEach((distance, i) => {
        if (expected[i] === Infinity) expect(distance).toBe(Infinity)
        else expect(distance).toBeCloseTo(expected[i]!, 12)
      })
    }
  })

  it('is that of the members alone, in their order', () => {
    const points = [
      [0, 3],
      [9, 9],
      [1, 1],
      [3, 0],
    ]
    expect([...crowdingDistance(flat(points), 2, [3, 2, 0])]).toEqual([Infinity, 2, Infinity])
  })

  it('is 0 for all but one of equal points', () => {
    const points = [
      [0, 3],
      [1, 1],
      [1, 1],
      [3, 0],
    ]
    expect([...crowdingDistance(flat(points), 2, [0, 1, 2, 3])]).toEqual([Infinity, 2, 0, Infinity])
  })
})

describe('the thinning of a front', () => {
  /** A front in 2 objectives, or a piece of a sphere in 3. */
  const front = (width: number, count: number, seed: number): Points =>
    general(width, count, seed).map(point => {
      const length = Math.hypot(...point)
      return point.map(value => value / length)
    })

  it.each([2, 3])('one by one removes the most crowded of those that are left, %d objectives', width => {
    for (let seed = 0; seed < 10; seed++) {
      const points = front(width, 40, seed)
      let left = points.map((_, i) => i)
      while (left.length > 12) {
        const distances = crowdingByDefinition(left.map(i => points[i]!))
        left = left.toSpliced(distances.indexOf(Math.min(...distances)), 1)
      }
      const all = Int32Array.from(points.keys())
      expect([...thinFront(flat(points), width, all, 12, 'one-by-one')]).toEqual(left)
    }
  })

  it('at once removes those with the smallest distances', () => {
    const points = front(2, 40, 3)
    const distances = crowdingByDefinition(points)
    const order = [...points.keys()].sort((a, b) => distances[b]! - distances[a]!)
    const kept = [...thinFront(flat(points), 2, Int32Array.from(points.keys()), 15, 'at-once')]
    expect(kept).toEqual(order.slice(0, 15).sort((a, b) => a - b))
  })

  it('drops repeated points first, and keeps the ends for as long as there is room', () => {
    const points = [
      [0, 5],
      [1, 3],
      [1, 3],
      [2, 2],
      [5, 0],
      [0, 5],
    ]
    const thin = (keep: number) => [
      ...thinFront(flat(points), 2, Int32Array.from(points.keys()), keep, 'one-by-one'),
    ]
    expect(thin(4)).toEqual([0, 1, 3, 4])
    expect(thin(2)).toEqual([0, 4])
    expect(thin(1)).toHaveLength(1)
  })
})

describe('survival', () => {
  const population = (objectives: Points, violations: readonly number[]): Population => ({
    size: objectives.length,
    genomes: Float64Array.from(objectives.keys()),
    objectives: flat(objectives),
    constraints: new Float64Array(0),
    violations: Float64Array.from(violations),
  })
  const anyPopulation = fc
    .array(fc.tuple(fc.nat(8), fc.nat(8), fc.constantFrom(0, 0, 0.5, 1, Infinity)), {
      minLength: 1,
      maxLength: 60,
    })
    .map(rows =>
      population(
        rows.map(([a, b]) => [a, b]),
        rows.map(([, , violation]) => violation),
      ),
    )
  const pointOf = ({ objectives }: Population, i: number) => [...objectives.subarray(2 * i, 2 * i + 2)]
  /** Constrained domination, by the definition. */
  const precedes = (all: Population, a: number, b: number) => {
    const [va, vb] = [all.violations[a]!, all.violations[b]!]
    if (va > 0 || vb > 0) return va < vb
    return dominates(pointOf(all, a), pointOf(all, b))
  }

  it('ranks feasible members by domination, the others behind them by violation', () => {
    const all = population(
      [
        [0, 0],
        [2, 2],
        [1, 1],
        [5, 5],
        [3, 3],
      ],
      [0.5, 0, 0, 0.1, 0.5],
    )
    expect(constrainedFronts(all).map(front => [...front])).toEqual([[2], [1], [3], [0, 4]])
    expect([...standingOf(all).ranks]).toEqual([3, 1, 0, 2, 3])
  })

  it('never lets a member survive at the cost of one that constrained-dominates it', () => {
    fc.assert(
      fc.property(
        anyPopulation,
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom('one-by-one', 'at-once'),
        (all, count, thinning) => {
          const kept = new Set(survivors(all, count, thinning as 'at-once').genomes)
          expect(kept.size).toBe(Math.min(count, all.size))
          const lost = [...Array(all.size).keys()].filter(i => !kept.has(i))
          for (const dead of lost) for (const alive of kept) expect(precedes(all, dead, alive)).toBe(false)
        },
      ),
    )
  })

  it('leaves every survivor the rank that it had', () => {
    fc.assert(
      fc.property(anyPopulation, fc.integer({ min: 1, max: 60 }), (all, count) => {
        const kept = survivors(all, count, 'one-by-one')
        const ranks = standingOf(all).ranks
        expect([...standingOf(kept).ranks]).toEqual(Array.from(kept.genomes, i => ranks[i]))
      }),
    )
  })

  it('keeps the same points in whatever order they come', () => {
    const points = general(2, 60, 5)
    const kept = (order: readonly number[]) => {
      const all = population(
        order.map(i => points[i]!),
        order.map(() => 0),
      )
      return Array.from(survivors(all, 25, 'one-by-one').genomes, i => order[i]!).sort((a, b) => a - b)
    }
    const plain = [...points.keys()]
    for (let seed = 0; seed < 10; seed++) expect(kept(shuffled(plain, seed))).toEqual(kept(plain))
  })
})
