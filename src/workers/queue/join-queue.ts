import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { type Job, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import * as errors from '../../errors.js'
import { exactJson } from '../../runs/index.js'
import { type Answer, readAnswer } from '../answer.js'
import type { Crew } from '../crew.js'
import type { Work } from '../evaluator.js'
import { packError, unpackError } from '../pack-error.js'
import { threadsCrew } from '../threads.js'
import { within } from './connect.js'
import { startHeart } from './heart.js'
import { enter, refusals, reportWorker } from './membership.js'
import {
  keys,
  PREFIX,
  QUEUE,
  QUEUE_TIMES,
  type QueuedAnswer,
  type QueuedTask,
  type QueueTimes,
  type QueueWorker,
  VERSION,
} from './protocol.js'
import { ATTEMPTS, silence } from './queue-crew.js'

export interface JoinOptions {
  readonly url: string
  /** URL of the module that exports `kinds`. */
  readonly kinds: string
  /** Tasks at a time, each in a thread with an evaluator of its own. */
  readonly concurrency: number
  /** Aborted to leave: tasks in hand are finished. */
  readonly signal: AbortSignal
  readonly say: (line: string) => void
  readonly times?: QueueTimes
  readonly version?: string
}

/** Setups whose evaluators are kept. */
const KEPT = 3

/**
 * Works for whoever hands in tasks at a queue, until `signal`. Tasks are done in threads, so that signs of life go out
 * while they compute. Returns how many were done.
 *
 * Throws InputError when the server cannot be reached, or everybody else there is of another version.
 */
export async function joinQueue(options: JoinOptions): Promise<number> {
  const { url, kinds, concurrency, signal, say, times = QUEUE_TIMES, version = VERSION } = options
  const { redis, claim } = await enter(url, { version, role: 'worker', lease: times.lease })
  const self: QueueWorker = { id: randomUUID(), host: hostname(), pid: process.pid, concurrency }
  const hear = refusals(redis, say)
  const crews = crewsBySetup(redis, kinds, concurrency)
  let done = 0

  async function work({ id, data }: Job<QueuedTask>): Promise<void> {
    const { run, setup, task } = data
    const awaited = async () => (await redis.exists(keys.run(run))) === 1
    if (!(await awaited())) return
    const answer = await crews.run(setup, task)
    if (answer === undefined || !(await awaited())) return
    const text = JSON.stringify({ id: id!, answer: withPlace(answer) } satisfies QueuedAnswer)
    await redis.rpush(keys.answers(run), text)
    await redis.pexpire(keys.answers(run), times.keep)
    done++
  }

  const leaving = new Promise<void>(resolve => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve())
  })
  const worker = new Worker<QueuedTask>(QUEUE, work, {
    ...{ connection: redis, prefix: PREFIX, concurrency },
    lockDuration: times.lock,
    stalledInterval: times.lock / 2,
    maxStalledCount: ATTEMPTS,
    drainDelay: 2,
  })
  worker.on('error', () => {})
  worker.on('stalled', id => say(`Took over a task whose worker was lost (${id})`))
  const expelled = new Promise<Error>(resolve => {
    const heart = startHeart({
      times,
      async beat() {
        await claim()
        await reportWorker(redis, self)
        await hear()
      },
      lost: reason => resolve(reason instanceof errors.InputError ? reason : silence(url, times, reason)),
    })
    void leaving.then(heart.stop)
  })
  say(
    `Working at ${url}, ${concurrency === 1 ? 'one task' : `${concurrency} tasks`} at a time. Ctrl-C leaves.`,
  )
  const reason = await Promise.race([leaving, expelled])
  if (reason === undefined) {
    await worker.close()
    await redis.zrem(keys.workers, JSON.stringify(self)).catch(() => {})
  } else await within(times.beat, worker.close(true)).catch(() => {})
  await crews.close()
  redis.disconnect()
  if (reason !== undefined) throw reason
  return done
}

interface SetupCrew {
  readonly crew: Crew
  inHand: number
}

/** Threads for each setup; those of the setups asked for last are kept. */
function crewsBySetup(redis: Redis, kinds: string, concurrency: number) {
  const crews = new Map<string, Promise<SetupCrew | undefined>>()
  const never = new AbortController().signal

  const open = async (hash: string): Promise<SetupCrew | undefined> => {
    const text = await redis.get(keys.setup(hash))
    if (text === null) return undefined
    return { crew: threadsCrew(kinds, exactJson.parse(text) as Work, concurrency), inHand: 0 }
  }
  const closeOldest = async () => {
    for (const [hash, crew] of [...crews].slice(0, Math.max(0, crews.size - KEPT))) {
      const found = await crew
      if (found && found.inHand > 0) continue
      crews.delete(hash)
      await found?.crew.close()
    }
  }
  return {
    /** Does a task; undefined where the server has forgotten its setup, as it has its run then. */
    async run(hash: string, task: string): Promise<string | undefined> {
      const opened = crews.get(hash) ?? open(hash)
      crews.delete(hash)
      crews.set(hash, opened)
      const found = await opened
      if (found === undefined) {
        crews.delete(hash)
        return undefined
      }
      found.inHand++
      try {
        await closeOldest()
        return await found.crew.run(task, never)
      } finally {
        found.inHand--
      }
    },
    async close(): Promise<void> {
      const all = await Promise.all(crews.values())
      await Promise.all(all.map(found => found?.crew.close()))
    },
  }
}

/** What is wrong with a file may be so on this machine only: says where that was. */
function withPlace(text: string): string {
  const answer: Answer = readAnswer(text)
  if (!('error' in answer)) return text
  const error = unpackError(answer.error)
  if (!(error instanceof errors.InputError)) return text
  const message = `${error.message}\n(a worker on ${hostname()} says so: files are read there, at the same paths)`
  return exactJson.stringify({ ...answer, error: { ...packError(error), message } } satisfies Answer)
}
