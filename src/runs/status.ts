import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { writeAside } from './disk.js'
import { isLocked } from './lock-owner.js'
import type { Progress } from './progress.js'
import type { Run } from './run.js'

/** What is worth knowing of a run without reading its checkpoint: status.json. */
export interface Status {
  /** How far it was when this was written, and how fast it moved. */
  readonly progress?: Progress
  /** Working time of all sessions together. */
  readonly seconds: number
  /** The last session ended at its deadline, with the best so far; the run can go on from there. */
  readonly endedEarly?: boolean
  /** Why the last session failed. */
  readonly error?: string
}

export const RUN_STATES = ['running', 'interrupted', 'done', 'failed'] as const
export type RunState = (typeof RUN_STATES)[number]

const schema = z.object({
  progress: z
    .object({
      done: z.number(),
      total: z.number(),
      label: z.string(),
      images: z.number().optional(),
      ratePerSecond: z.number().optional(),
      secondsLeft: z.number().optional(),
    })
    .optional(),
  seconds: z.number().nonnegative(),
  endedEarly: z.boolean().optional(),
  error: z.string().optional(),
})

/** All that is asked of a run to tell its state. */
type Folder = Pick<Run, 'folder'>

const statusFile = ({ folder }: Folder): string => join(folder, 'status.json')

/** Of a run that has none, or a damaged one, nothing is known: it is a convenience. */
export function readStatus(run: Folder): Status {
  try {
    return schema.parse(JSON.parse(readFileSync(statusFile(run), 'utf8'))) as Status
  } catch {
    return { seconds: 0 }
  }
}

/** A convenience, not a promise: a disk that is full must not hide the error that says so. */
export function writeStatus(run: Folder, status: Status): void {
  try {
    writeAside(statusFile(run), `${JSON.stringify(status)}\n`)
  } catch {}
}

/** Remembers why a session failed, for `tandem runs list` and `show`. */
export function markFailed(run: Folder, error: unknown): void {
  writeStatus(run, { ...readStatus(run), error: error instanceof Error ? error.message : String(error) })
}

export const runState = (run: Folder): RunState => stateOf(run, readStatus(run))

/** The same where the status has been read. */
export function stateOf(run: Folder, { error }: Status): RunState {
  if (isLocked(run)) return 'running'
  if (error !== undefined) return 'failed'
  return existsSync(join(run.folder, 'result.json')) ? 'done' : 'interrupted'
}
