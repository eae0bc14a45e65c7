import type { JournalEntry } from './job.js'
import type { JournalLine } from './journal.js'

/** Some lines of a journal that follow each other, as one. */
export interface CurvePoint {
  /** Of the first of them. */
  readonly step: number
  readonly mean: number
  readonly least: number
  readonly most: number
}

/** One number that lines of one kind tell, over the steps. */
export interface Curve {
  /** What those lines tell, in their order: `network, epoch, loss, accuracy`. */
  readonly kind: string
  /** The number: `loss`. */
  readonly key: string
  /** What else tells these lines from others of their kind: `incoming`. */
  readonly label: string
  readonly points: readonly CurvePoint[]
}

/** Numbers that say where a job is, not how it does. */
const PLACES = new Set(['step', 'epoch', 'generation', 'stage', 'round', 'sample', 'evaluated', 'of'])
/** Curves that are followed at the most, so that memory does not grow with a journal. */
const MOST_CURVES = 1000

/**
 * The numbers of a journal over its steps, each in at most `points` points and `points / 2` at the least where there are as
 * many: lines that follow each other are taken together, twice as many whenever the points are used up. Reads every line once
 * and keeps none.
 */
export function journalCurves(lines: Iterable<JournalLine>, points = 200): readonly Curve[] {
  const kinds = new Map<string, readonly string[]>()
  const curves = new Map<string, Thinned>()
  for (const { step, entry } of lines) {
    const kind = Object.keys(entry).join(', ')
    let keys = kinds.get(kind)
    if (keys === undefined) {
      keys = Object.keys(entry).filter(key => typeof entry[key] === 'number' && !PLACES.has(key))
      kinds.set(kind, keys)
    }
    const label = keys.length === 0 ? '' : labelOf(entry)
    for (const key of keys) {
      const value = entry[key]
      if (typeof value !== 'number' || !Number.isFinite(value)) continue
      const id = `${kind}\n${key}\n${label}`
      let curve = curves.get(id)
      if (curve === undefined) {
        if (curves.size === MOST_CURVES) continue
        curve = thinned({ kind, key, label }, points)
        curves.set(id, curve)
      }
      curve.add(step, value)
    }
  }
  return [...curves.values()].map(curve => curve.done()).filter(curve => curve.points.length > 1)
}

const labelOf = (entry: JournalEntry): string =>
  Object.values(entry)
    .filter(value => typeof value === 'string')
    .join(', ')

interface Thinned {
  add(step: number, value: number): void
  done(): Curve
}

interface Bucket {
  readonly step: number
  count: number
  sum: number
  least: number
  most: number
}

function thinned(names: Omit<Curve, 'points'>, points: number): Thinned {
  let buckets: Bucket[] = []
  /** Values that a bucket takes. */
  let room = 1
  return {
    add(step, value) {
      const last = buckets.at(-1)
      if (last !== undefined && last.count < room) {
        last.count++
        last.sum += value
        last.least = Math.min(last.least, value)
        last.most = Math.max(last.most, value)
        return
      }
      if (buckets.length === points) {
        buckets = halved(buckets)
        room *= 2
        return this.add(step, value)
      }
      buckets.push({ step, count: 1, sum: value, least: value, most: value })
    },
    done: () => ({
      ...names,
      points: buckets.map(({ step, count, sum, least, most }) => ({ step, mean: sum / count, least, most })),
    }),
  }
}

/** Two that follow each other as one. */
function halved(buckets: readonly Bucket[]): Bucket[] {
  const half: Bucket[] = []
  for (let i = 0; i < buckets.length; i += 2) {
    const [first, second] = [buckets[i]!, buckets[i + 1]]
    half.push(
      second === undefined
        ? first
        : {
            step: first.step,
            count: first.count + second.count,
            sum: first.sum + second.sum,
            least: Math.min(first.least, second.least),
            most: Math.max(first.most, second.most),
          },
    )
  }
  return half
}
