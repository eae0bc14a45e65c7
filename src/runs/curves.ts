import type { JournalLine } from './journal.js'

/** A number of the journal over the steps of a run. */
export interface Curve {
  /** The journal's field: `loss`, `lambda`; `price 2` is the second of several. */
  readonly field: string
  /** The words that stand beside it in the journal and tell curves of one field apart: `found`. */
  readonly label: string
  /** Steps and values: at most about a thousand of them, evenly thinned, and always the first and the newest. */
  readonly points: readonly Point[]
}

export type Point = readonly [number, number]

/** Collects curves from journal lines, one after the other, in memory that does not grow with the journal. */
export interface Curves {
  add(line: JournalLine): void
  curves(): readonly Curve[]
}

interface Growing {
  readonly field: string
  readonly words: ReadonlyMap<string, string>
  points: Point[]
  newest: Point
  /** Every how manyeth value is kept, and how many came since. */
  stride: number
  since: number
  /** Whole numbers that never fall count something, as steps do: they are no curve. */
  counts: boolean
}

/** A word that takes more values than this names what was looked at, not which curve it is. */
const MOST_LABELS = 8

/** Longer lists are one number each of many things. */
const LONGEST_LIST = 4

export function collectCurves(most = 500): Curves {
  const growing = new Map<string, Growing>()
  const values = new Map<string, Set<string>>()
  const names = (word: string) => (values.get(word)?.size ?? 0) <= MOST_LABELS

  const keyOf = (field: string, words: string) => `${field}\n${words}`
  const written = (words: ReadonlyMap<string, string>) => (words.size === 0 ? '' : JSON.stringify([...words]))

  const grow = (key: string, field: string, words: ReadonlyMap<string, string>, point: Point) => {
    const curve = growing.get(key)
    if (curve === undefined) {
      const counts = Number.isInteger(point[1])
      growing.set(key, { field, words, points: [point], newest: point, stride: 1, since: 0, counts })
    } else extend(curve, point, most)
  }

  /** Joins the curves that only `word` told apart. */
  const forget = (word: string) => {
    const all = [...growing.values()]
    growing.clear()
    for (const curve of all) {
      const words = new Map([...curve.words].filter(([name]) => name !== word))
      const key = keyOf(curve.field, written(words))
      const other = growing.get(key)
      growing.set(key, other === undefined ? { ...curve, words } : joined(other, curve, most))
    }
  }

  return {
    add({ step, entry }) {
      const words = new Map<string, string>()
      const told = Object.entries(entry)
      for (const [name, value] of told) {
        if (typeof value !== 'string' || !names(name)) continue
        const known = values.get(name) ?? new Set()
        values.set(name, known.add(value))
        if (names(name)) words.set(name, value)
        else forget(name)
      }
      // Once a line, and not once a number: a journal may have a million of them.
      const label = written(words)
      for (const each of told)
        for (const [field, value] of numbersOf(each)) grow(keyOf(field, label), field, words, [step, value])
    },
    curves: () =>
      [...growing.values()]
        .filter(({ counts, points }) => !counts && points.length > 1)
        .map(({ field, words, points, newest }) => ({
          field,
          label: [...words.values()].join(' '),
          points: points.at(-1) === newest ? points : [...points, newest],
        })),
  }
}

function numbersOf([field, value]: [string, unknown]): readonly (readonly [string, number])[] {
  if (typeof value === 'number') return Number.isFinite(value) ? [[field, value]] : []
  if (!Array.isArray(value) || value.length > LONGEST_LIST) return []
  return value.flatMap((each, i) => numbersOf([value.length === 1 ? field : `${field} ${i + 1}`, each]))
}

function extend(curve: Growing, point: Point, most: number): void {
  curve.counts &&= Number.isInteger(point[1]) && point[1] >= curve.newest[1]
  curve.newest = point
  if (++curve.since < curve.stride) return
  curve.since = 0
  curve.points.push(point)
  if (curve.points.length >= 2 * most) thin(curve)
}

/** Forgets every second point. */
function thin(curve: Growing): void {
  // The newest goes where their number is even, and the next to be kept is one place nearer.
  curve.since = curve.points.length % 2 === 0 ? curve.stride : 0
  curve.points = curve.points.filter((_, i) => i % 2 === 0)
  curve.stride *= 2
}

function joined(one: Growing, other: Growing, most: number): Growing {
  const points = [...one.points, ...other.points].sort((a, b) => a[0] - b[0])
  const curve = {
    ...one,
    points,
    newest: other.newest[0] >= one.newest[0] ? other.newest : one.newest,
    stride: Math.max(one.stride, other.stride),
    counts: one.counts && other.counts,
  }
  while (curve.points.length >= 2 * most) thin(curve)
  return curve
}
