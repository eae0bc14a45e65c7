import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { writeAside } from './disk.js'
import { isLocked } from './lock.js'
import type { Run } from './run.js'

/** What is worth knowing of a run without reading its checkpoint: status.json. */
export interface Status {
  readonly progress?: { readonly done: number; readonly total: number; readonly label: string }
  /** Working time of all sessions together. */
  readonly seconds: number
  /** Why the last session failed. */
  readonly error?: string
}

export type RunState = 'running' | 'interrupted' | 'done' | 'failed'

const schema = z.object({
  progress: z.object({ done: z.number(), total: z.number(), label: z.string() }).optional(),
  seconds: z.number().nonnegative(),
  error: z.string().optional(),
})

const statusFile = (run: Run): string => join(run.folder, 'status.json')

/** Of a run that has none, or a damaged one, nothing is known: it is a convenience. */
export function readStatus(run: Run): Status {
  try {
    return schema.parse(JSON.parse(readFileSync(statusFile(run), 'utf8'))) as Status
  } catch {
    return { seconds: 0 }
  }
}

/** A convenience, not a promise: a disk that is full must not hide the error that says so. */
export function writeStatus(run: Run, status: Status): void {
  try {
    writeAside(statusFile(run), `${JSON.stringify(status)}\n`)
  } catch {}
}

/** Remembers why a session failed, for `tandem runs list` and `show`. */
export function markFailed(run: Run, error: unknown): void {
  writeStatus(run, { ...readStatus(run), error: error instanceof Error ? error.message : String(error) })
}

export function runState(run: Run): RunState {
  if (isLocked(run)) return 'running'
  if (readStatus(run).error !== undefined) return 'failed'
  return existsSync(join(run.folder, 'result.json')) ? 'done' : 'interrupted'
}
