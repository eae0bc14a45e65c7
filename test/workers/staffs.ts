import type { Staff, Work, WorkerPool } from '../../src/workers/index.js'
import { openPool } from '../../src/workers/index.js'

export const toyKinds = new URL('./toy-kinds.js', import.meta.url).href

export const toyWork: Work = { kind: 'toy', setup: { seed: 7, offset: 0.5 } }

/** A pool of toy evaluations. */
export const toyPool = <Result = unknown>(
  staff: Staff,
  work = toyWork,
): Promise<WorkerPool<unknown, Result>> => openPool({ kinds: toyKinds, work, staff })
