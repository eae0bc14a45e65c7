import type { Command } from 'commander'
import { InputError } from '../errors.js'
import type { ProgressSink } from '../runs/index.js'
import type { Staff, WorkerPool } from '../workers/index.js'
import { wholeNumber } from './number-options.js'

/** Options that say who evaluates. */
export interface StaffOptions {
  readonly workers?: number
  readonly queue?: string
}

/** Adds --workers and --queue; `standard` says what is done without either. */
export const staffOptions = (command: Command, standard: string): Command =>
  command
    .option('--workers <n>', `threads that evaluate, 0 for none but the main one (${standard})`, wholeNumber)
    .option(
      '--queue <url>',
      'workers on any machine evaluate, see tandem worker: redis://HOST or redis://HOST:PORT',
    )

/**
 * Who evaluates. Throws InputError for both options at once, and for a queue that cannot be reached.
 */
export async function staffOf({ workers, queue }: StaffOptions, standard: number): Promise<Staff> {
  if (queue === undefined) return { threads: workers ?? standard }
  if (workers !== undefined)
    throw new InputError('--workers are threads here and --queue is for workers anywhere: give one of them')
  const { checkQueue } = await import('../workers/index.js')
  await checkQueue(queue)
  return { queue }
}

/**
 * What a run keeps of who evaluates. Throws InputError where it has nothing to hand out, with what the options are for, and as
 * `staffOf` does.
 */
export async function checkedStaff(
  { workers, queue }: StaffOptions,
  { handsOut, purpose }: { readonly handsOut: boolean; readonly purpose: string },
): Promise<StaffOptions> {
  const given = { ...(workers !== undefined && { workers }), ...(queue !== undefined && { queue }) }
  const [first] = Object.keys(given)
  if (first === undefined) return given
  if (!handsOut) throw new InputError(`--${first} is for ${purpose}`)
  await staffOf(given, 0)
  return given
}

/** Who a run was begun with; undefined where that is its main thread alone. Throws InputError for a queue that cannot be reached. */
export async function staffOfRun({ workers = 0, queue }: StaffOptions): Promise<Staff | undefined> {
  if (workers === 0 && queue === undefined) return undefined
  return staffOf(queue === undefined ? { workers } : { queue }, 0)
}

/** Tasks that are handed to a queue at a time, whoever has joined it. */
const QUEUED = 16

/** Long tasks that are handed out at a time, between two checkpoints. */
export const atATime = (staff: Staff): number => ('queue' in staff ? QUEUED : staff.threads)

export interface PoolWork {
  /** A name in `worker-kinds.ts`. */
  readonly kind: string
  readonly setup: unknown
  readonly limitSeconds?: number
}

/** Seconds between two lines on how busy the workers are. */
const EVERY_SECONDS = 60

/** A pool whose use is told every minute. */
export interface StaffPool<Task, Result> extends Pick<WorkerPool<Task, Result>, 'evaluate' | 'close'> {
  /** What is said of its use in the end. */
  note(): string
}

/** Opens a pool, and tells every minute how busy it is. Throws InputError for a queue that cannot be used. */
export async function staffPool<Task, Result>(
  staff: Staff,
  work: PoolWork,
  progress: ProgressSink,
): Promise<StaffPool<Task, Result>> {
  const { openPool, usageText } = await import('../workers/index.js')
  const kinds = new URL('./worker-kinds.js', import.meta.url).href
  const pool = await openPool<Task, Result>({ kinds, work, staff, say: progress.line })
  const note = () => `Workers: ${usageText(pool.usage())}.`
  const timer = setInterval(() => progress.line(note()), 1000 * EVERY_SECONDS)
  return {
    evaluate: pool.evaluate,
    note,
    close() {
      clearInterval(timer)
      return pool.close()
    },
  }
}
