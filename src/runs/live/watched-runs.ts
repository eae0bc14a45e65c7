import { type Curve, collectCurves } from '../curves.js'
import type { JournalLine } from '../journal.js'
import { journalTail } from '../journal-tail.js'
import { openRun, type Run } from '../run.js'

/** What the journal of a run has told so far. */
export interface Watched {
  readonly run: Run
  readonly curves: readonly Curve[]
  /** The newest lines, the newest last. */
  readonly recent: readonly JournalLine[]
  readonly lines: number
  /** False while a long journal is still being read. */
  readonly whole: boolean
}

const RECENT = 12
const MOST_WATCHED = 64

/** A page with the first part of a long journal now is better than one with all of it later. */
const PATIENCE_MS = 1000

/**
 * Runs by name, each with a journal that is read on from where it was left the last time. Few are remembered; one that
 * was forgotten is read from its beginning. Throws as `openRun`.
 */
export function watchedRuns(root: string): (name: string) => Promise<Watched> {
  const watches = new Map<string, () => Promise<Watched>>()
  return async name => {
    const run = openRun(root, name)
    const key = `${name} ${run.started}`
    const look = watches.get(key) ?? watch(run)
    watches.delete(key)
    watches.set(key, look)
    if (watches.size > MOST_WATCHED) watches.delete(watches.keys().next().value!)
    return look()
  }
}

/** What the journal of one run has told, all of it read once. */
export const watchOnce = (run: Run): Promise<Watched> => watch(run, Infinity)()

function watch(run: Run, patienceMs = PATIENCE_MS): () => Promise<Watched> {
  const read = journalTail(run)
  let collected = collectCurves()
  let recent: readonly JournalLine[] = []
  let count = 0
  let looking: Promise<Watched> | undefined

  const look = async (): Promise<Watched> => {
    const until = performance.now() + patienceMs
    for (;;) {
      const { lines, again, more } = await read()
      if (again) {
        collected = collectCurves()
        recent = []
        count = 0
      }
      for (const line of lines) collected.add(line)
      recent = [...recent, ...lines.slice(-RECENT)].slice(-RECENT)
      count += lines.length
      if (!more || performance.now() > until) {
        return { run, curves: collected.curves(), recent, lines: count, whole: !more }
      }
    }
  }
  // Two readers of one page must not read the same lines twice.
  return () => {
    looking ??= look().finally(() => {
      looking = undefined
    })
    return looking
  }
}
