import { describe, expect, it } from 'vitest'
import { collectCurves } from '../../src/runs/curves.js'
import type { JournalEntry } from '../../src/runs/index.js'

function curvesOf(entries: readonly JournalEntry[], most?: number) {
  const collected = collectCurves(most)
  for (const [i, entry] of entries.entries()) collected.add({ step: i + 1, entry, at: '' })
  return collected.curves()
}

describe('curves of a journal', () => {
  it('are its numbers over steps, one curve for every word that stands beside them', () => {
    const found = curvesOf([
      { network: 'a', loss: 2.5 },
      { network: 'a', loss: 1.5 },
      { network: 'b', loss: 2.25 },
      { network: 'b', loss: 1.25 },
    ])
    expect(found).toEqual([
      {
        field: 'loss',
        label: 'a',
        points: [
          [1, 2.5],
          [2, 1.5],
        ],
      },
      {
        field: 'loss',
        label: 'b',
        points: [
          [3, 2.25],
          [4, 1.25],
        ],
      },
    ])
  })

  it('leave out what only counts, and what was said once', () => {
    const found = curvesOf([1, 2, 3].map(epoch => ({ epoch, classes: 10, open: 7 - epoch })))
    expect(found.map(({ field }) => field)).toEqual(['open'])
    expect(curvesOf([{ before: 0.5 }])).toEqual([])
  })

  it('take short lists number by number, and no long ones', () => {
    const found = curvesOf(
      [0.5, 0.25].map(x => ({ lambda: [x], price: [x, 2 * x], norms: Array(33).fill(x) })),
    )
    expect(found.map(({ field }) => field)).toEqual(['lambda', 'price 1', 'price 2'])
  })

  it('are joined where a word names ever other things', () => {
    const found = curvesOf(Array.from({ length: 40 }, (_, i) => ({ layer: `conv${i}`, loss: 0.5 + i })))
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({ field: 'loss', label: '' })
    expect(found[0]!.points).toEqual(Array.from({ length: 40 }, (_, i) => [i + 1, 0.5 + i]))
  })

  it('stay small however long the journal is, from the first value to the newest', () => {
    const [{ points }] = curvesOf(
      Array.from({ length: 12_345 }, (_, i) => ({ loss: 1 / (i + 1) })),
      100,
    ) as never as [{ points: [number, number][] }]
    expect(points.length).toBeGreaterThan(90)
    expect(points.length).toBeLessThanOrEqual(201)
    expect(points[0]).toEqual([1, 1])
    expect(points.at(-1)).toEqual([12_345, 1 / 12_345])
    const gaps = points.slice(1, -1).map(([step], i) => step - points[i]![0])
    expect(new Set(gaps).size).toBeLessThanOrEqual(2)
    for (const [step, value] of points) expect(value).toBe(1 / step)
  })

  it('have no values that are no numbers', () => {
    const found = curvesOf([0.5, null as never, 0.25].map(loss => ({ loss })))
    expect(found[0]!.points).toEqual([
      [1, 0.5],
      [3, 0.25],
    ])
  })
})
