import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type RunSummary, summaryOf } from '../list-runs.js'

/** A change that comes this soon after another may leave no trace in a folder's time. */
const SETTLED_MS = 2000

interface Known {
  readonly changed: number
  readonly settled: boolean
  readonly summary: RunSummary
}

/**
 * All runs under `root`: those that go on first, then the newest. Made to be asked every second with ten thousand of
 * them: a run is read again only when its folder has changed, as it does whenever its status, lock or result does.
 */
export function runIndex(root: string): () => readonly RunSummary[] {
  let known = new Map<string, Known>()
  return () => {
    const names = existsSync(root) ? readdirSync(root) : []
    const before = known
    known = new Map(
      names
        .filter(name => !name.startsWith('.'))
        .flatMap(name => {
          const now = look(root, name, before.get(name))
          return now === undefined ? [] : [[name, now]]
        }),
    )
    return [...known.values()].map(({ summary }) => summary).sort(byState)
  }
}

function look(root: string, name: string, before: Known | undefined): Known | undefined {
  const changed = statSync(join(root, name), { throwIfNoEntry: false })?.mtimeMs
  if (changed === undefined) return undefined
  // The process that works on a run may die without a trace.
  if (before?.settled && before.changed === changed && before.summary.state !== 'running') return before
  const summary = summaryOf(root, name)
  return summary && { changed, settled: Date.now() - changed > SETTLED_MS, summary }
}

const isRunning = ({ state }: RunSummary): number => (state === 'running' ? 1 : 0)

const byState = (a: RunSummary, b: RunSummary): number =>
  isRunning(b) - isRunning(a) ||
  (a.started < b.started ? 1 : a.started > b.started ? -1 : a.name < b.name ? -1 : 1)
