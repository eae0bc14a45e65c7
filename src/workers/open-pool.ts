import type { Work } from './evaluator.js'
import { inlineCrew } from './inline.js'
import { poolOf, type WorkerPool } from './worker-pool.js'

/** Who is to do the work: so many threads of this process (0 for its own), or whoever has joined a queue. */
export type Staff = { readonly threads: number } | { readonly queue: string }

export interface PoolOptions {
  /** URL of the module that exports `kinds`. */
  readonly kinds: string
  readonly work: Work
  readonly staff: Staff
  /** Told of workers that come and go. */
  readonly say?: (line: string) => void
}

/**
 * Opens a pool. Its evaluators are made when the first task is evaluated. Throws InputError for a queue that cannot be
 * reached, or that another version is at work at.
 */
export async function openPool<Task, Result>({
  kinds,
  work,
  staff,
  say,
}: PoolOptions): Promise<WorkerPool<Task, Result>> {
  if ('queue' in staff) {
    const { queueCrew } = await import('./queue/queue-crew.js')
    return poolOf(await queueCrew(work, { url: staff.queue, ...(say && { say }) }))
  }
  if (staff.threads === 0) return poolOf(inlineCrew(kinds, work))
  const { threadsCrew } = await import('./threads.js')
  return poolOf(threadsCrew(kinds, work, staff.threads))
}
