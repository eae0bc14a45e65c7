import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Candidate, poolingGroups, poolingOrder } from '../../src/pool/plan-index.js'

const candidate = (layer: string, saved: number, harm: number): Candidate => ({ layer, saved, harm })
const names = (order: readonly Candidate[]) => order.map(({ layer }) => layer)

const candidates = fc
  .array(
    fc.record({
      saved: fc.double({ min: 0.01, max: 10, noNaN: true }),
      harm: fc.integer({ min: -3, max: 9 }),
    }),
    {
      minLength: 1,
      maxLength: 20,
    },
  )
  .map(all => all.map((each, i): Candidate => ({ layer: `conv${i}`, ...each })))

describe('convolutions are pooled', () => {
  it('by the harm that each unit saved costs', () => {
    const order = poolingOrder(
      [candidate('dear', 1, 2), candidate('large', 10, 5), candidate('small', 1, 0.4)],
      'sensitivity',
      0,
    )
    expect(names(order)).toEqual(['small', 'large', 'dear'])
  })

  it('first where it does no harm, what saves most before the others', () => {
    const order = poolingOrder(
      [candidate('a', 9, 0.1), candidate('b', 1, 0), candidate('c', 3, -2), candidate('d', 3, 0)],
      'sensitivity',
      0,
    )
    expect(names(order)).toEqual(['c', 'd', 'b', 'a'])
  })

  it('in random order by seed, whatever they cost', () => {
    fc.assert(
      fc.property(candidates, fc.nat(99), (all, seed) => {
        const order = poolingOrder(all, 'random', seed)
        expect(order).toEqual(poolingOrder(all, 'random', seed))
        expect(names(order).sort()).toEqual(names(all).sort())
      }),
    )
    const many = Array.from({ length: 12 }, (_, i) => candidate(`conv${i}`, 1, i))
    expect(names(poolingOrder(many, 'random', 1))).not.toEqual(names(poolingOrder(many, 'random', 2)))
  })
})

describe('groups of rounds', () => {
  const by = (rounds?: number, groupSize?: number) => ({ rounds, groupSize })

  it('hold every convolution once, in order, whatever is asked', () => {
    fc.assert(
      fc.property(
        candidates,
        fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
        (all, rounds) => {
          const groups = poolingGroups(all, by(rounds), 4)
          expect(groups.flat()).toEqual(names(all))
          expect(groups.length).toBeLessThanOrEqual(rounds ?? 4)
          expect(groups.every(group => group.length > 0)).toBe(true)
        },
      ),
    )
  })

  it('save about the same, and are fewer where one convolution saves more than its share', () => {
    const even = [4, 1, 1, 1, 1, 2, 2].map((saved, i) => candidate(`${i}`, saved, 0))
    expect(poolingGroups(even, by(3), 4)).toEqual([['0'], ['1', '2', '3', '4'], ['5', '6']])
    const uneven = [1, 50, 1].map((saved, i) => candidate(`${i}`, saved, 0))
    expect(poolingGroups(uneven, by(3), 4)).toEqual([['0'], ['1'], ['2']])
    expect(poolingGroups(uneven, by(5), 4)).toEqual([['0'], ['1'], ['2']])
  })

  it('have the size that is asked, and no more rounds than that', () => {
    const all = Array.from({ length: 7 }, (_, i) => candidate(`${i}`, 1, 0))
    expect(poolingGroups(all, by(undefined, 3), 4)).toEqual([['0', '1', '2'], ['3', '4', '5'], ['6']])
    expect(poolingGroups(all, by(2, 3), 4)).toEqual([
      ['0', '1', '2'],
      ['3', '4', '5'],
    ])
    expect(poolingGroups([], by(), 4)).toEqual([])
  })
})
