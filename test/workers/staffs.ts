import type { Staff, Work, WorkerPool } from '../../src/workers/index.js'
import { openPool } from '../../src/workers/index.js'
import { QUEUE_TIMES } from '../../src/workers/queue/protocol.js'
import { type QueueCrewOptions, queueCrew } from '../../src/workers/queue/queue-crew.js'
import { poolOf } from '../../src/workers/worker-pool.js'

export const toyKinds = new URL('./toy-kinds.js', import.meta.url).href

export const toyWork: Work = { kind: 'toy', setup: { seed: 7, offset: 0.5 } }

/** A pool of toy evaluations. */
export const toyPool = <Result = unknown>(
  staff: Staff,
  work = toyWork,
): Promise<WorkerPool<unknown, Result>> => openPool({ kinds: toyKinds, work, staff })

/** Signs of life often enough for a test. */
export const fastTimes = Object.freeze({ ...QUEUE_TIMES, beat: 300, lease: 2500, lock: 1500, lost: 2400 })

/** A pool of whoever works at a queue, with signs of life often enough for a test. */
export const queuePool = async <Result = unknown>(
  options: QueueCrewOptions,
  work = toyWork,
): Promise<WorkerPool<unknown, Result>> => poolOf(await queueCrew(work, { times: fastTimes, ...options }))
