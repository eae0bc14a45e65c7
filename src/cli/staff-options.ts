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

export interface PoolWork {
  /** A name in `worker-kinds.ts`. */
  readonly kind: string
  readonly setup: unknown
  readonly limitSeconds?: number
}

/** Seconds between two lines on how busy the workers are. */
const EVERY_SECONDS = 60

/**
 * Opens a pool for the time of `work`, and tells every minute and in the end how busy it is. Returns what `work` does, and a
 * note for the report.
 */
export async function withPool<Task, Result, T>(
  staff: Staff,
  poolWork: PoolWork,
  progress: ProgressSink,
  work: (pool: WorkerPool<Task, Result>) => Promise<T>,
): Promise<{ readonly value: T; readonly note: string }> {
  const { openPool, usageText } = await import('../workers/index.js')
  const kinds = new URL('./worker-kinds.js', import.meta.url).href
  const pool = await openPool<Task, Result>({ kinds, work: poolWork, staff, say: progress.line })
  const tell = () => `Workers: ${usageText(pool.usage())}.`
  const timer = setInterval(() => progress.line(tell()), 1000 * EVERY_SECONDS)
  try {
    const value = await work(pool)
    const note = tell()
    progress.line(note)
    return { value, note }
  } finally {
    clearInterval(timer)
    await pool.close()
  }
}
