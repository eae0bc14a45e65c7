import type { Work } from './evaluator.js'
import { inlineCrew } from './inline.js'
import { poolOf, type WorkerPool } from './worker-pool.js'

/** Who is to do the work: so many threads of this process, 0 for its own. */
export interface Staff {
  readonly threads: number
}

export interface PoolOptions {
  /** URL of the module that exports `kinds`. */
  readonly kinds: string
  readonly work: Work
  readonly staff: Staff
}

/** Opens a pool. Its evaluators are made when the first task is evaluated. */
export async function openPool<Task, Result>({
  kinds,
  work,
  staff,
}: PoolOptions): Promise<WorkerPool<Task, Result>> {
  if (staff.threads === 0) return poolOf(inlineCrew(kinds, work))
  const { threadsCrew } = await import('./threads.js')
  return poolOf(threadsCrew(kinds, work, staff.threads))
}
