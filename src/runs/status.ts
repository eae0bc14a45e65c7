import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
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

const isText = (value: unknown): boolean => value === undefined || typeof value === 'string'
const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value)

/** Not by a schema: lists read thousands of them, and load nothing for it. */
function isStatus(value: unknown): value is Status {
  if (typeof value !== 'object' || value === null) return false
  const { progress, seconds, endedEarly, error } = value as Partial<Status>
  if (!isNumber(seconds) || seconds! < 0 || !isText(error)) return false
  if (endedEarly !== undefined && typeof endedEarly !== 'boolean') return false
  if (progress === undefined) return true
  if (typeof progress !== 'object' || progress === null || typeof progress.label !== 'string') return false
  const { done, total, images = 0, ratePerSecond = 0, secondsLeft = 0 } = progress
  return [done, total, images, ratePerSecond, secondsLeft].every(isNumber)
}

/** All that is asked of a run to tell its state. */
type Folder = Pick<Run, 'folder'>

const statusFile = ({ folder }: Folder): string => join(folder, 'status.json')

/** Of a run that has none, or a damaged one, nothing is known: it is a convenience. */
export function readStatus(run: Folder): Status {
  try {
    const found: unknown = JSON.parse(readFileSync(statusFile(run), 'utf8'))
    if (isStatus(found)) return found
  } catch {}
  return { seconds: 0 }
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
