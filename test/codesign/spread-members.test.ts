import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CodesignMember, type Figures, spreadMembers } from '../../src/codesign/index.js'

const member = (error: number, energy: number): CodesignMember => ({
  design: { architecture: [], accelerator: 0 },
  figures: { error, energy } as Figures,
  misses: [],
})

describe('members spread over a front', () => {
  it('are the most accurate, then the farthest from all chosen', () => {
    const front = [member(0.1, 100), member(0.11, 90), member(0.2, 10), member(0.21, 9), member(0.4, 1)]
    expect(spreadMembers(front, ['error', 'energy'], 1)).toEqual([0])
    expect(spreadMembers(front, ['error', 'energy'], 2)).toEqual([0, 4])
    expect(spreadMembers(front, ['error', 'energy'], 3)).toEqual([0, 2, 4])
    expect(spreadMembers(front, ['error', 'energy'], 9)).toEqual([0, 1, 2, 3, 4])
  })

  it('are as many as asked for, different, whatever the front', () => {
    const value = fc.double({ min: 0, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(
        fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 12 }),
        (figures, count) => {
          const members = figures.map(([error, energy]) => member(error, energy))
          const chosen = spreadMembers(members, ['error', 'energy'], count)
          expect(new Set(chosen).size).toBe(Math.min(count, members.length))
        },
      ),
    )
  })
})
