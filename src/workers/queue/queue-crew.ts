import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { type Job, Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { InputError, LostTaskError, RunError } from '../../errors.js'
import { exactJson } from '../../runs/index.js'
import { sha256 } from '../../sha256.js'
import type { Crew } from '../crew.js'
import type { Work } from '../evaluator.js'
import { within } from './connect.js'
import { startHeart } from './heart.js'
import { enter, presentWorkers, refusals } from './membership.js'
import {
  keys,
  PREFIX,
  QUEUE,
  QUEUE_TIMES,
  type QueuedAnswer,
  type QueuedTask,
  type QueueTimes,
  VERSION,
} from './protocol.js'

export interface QueueCrewOptions {
  readonly url: string
  readonly times?: QueueTimes
  readonly version?: string
  /** Told who comes and goes. */
  readonly say?: (line: string) => void
}

interface Pending {
  readonly data: QueuedTask
  resolve(answer: string): void
  reject(error: Error): void
  /** Signs of life at which the server knew nothing of it. */
  missing: number
}

/** Tasks, oldest first, that are looked after at a sign of life. */
const LOOKED_AFTER = 64

/** How often a task is begun anew when its worker's thread dies, and taken over when its process does. */
export const ATTEMPTS = 3

/**
 * Workers anywhere that a Redis queue hands tasks to. The setup waits at the server under its hash, so that each worker
 * fetches it once; answers come back on a list of this run's own and are gone when taken. Tasks are handed out anew when
 * their worker dies or the server forgets them; answers that come twice count once.
 *
 * Throws InputError when the server cannot be reached, or the queue is in use by another version.
 */
export async function queueCrew(work: Work, options: QueueCrewOptions): Promise<Crew> {
  const { url, times = QUEUE_TIMES, version = VERSION, say = () => {} } = options
  const { redis, claim } = await enter(url, { version, role: 'run', lease: times.lease })
  const run = randomUUID()
  const setup = exactJson.stringify(work)
  const hash = sha256(setup)
  const queue = new Queue<QueuedTask>(QUEUE, {
    connection: redis,
    prefix: PREFIX,
    streams: { events: { maxLen: 100 } },
    defaultJobOptions: {
      attempts: ATTEMPTS,
      removeOnComplete: true,
      removeOnFail: { age: times.keep / 1000 },
    },
  })
  queue.on('error', () => {})
  const pending = new Map<string, Pending>()
  let broken: Error | undefined
  let [closed, count, size, lonely] = [false, 0, 0, false]

  const settle = (id: string): Pending | undefined => {
    const found = pending.get(id)
    pending.delete(id)
    return found
  }
  const give = (id: string, data: QueuedTask) => queue.add('task', data, { jobId: id })

  const present = async () => {
    await redis.set(keys.run(run), `${hostname()} ${process.pid}`, 'PX', times.lease)
    if ((await redis.pexpire(keys.setup(hash), times.keep)) === 0)
      await redis.set(keys.setup(hash), setup, 'PX', times.keep)
  }
  const census = async () => {
    const workers = await presentWorkers(redis, times)
    const before = size
    size = workers.reduce((sum, { concurrency }) => sum + concurrency, 0)
    if (size > 0 && size !== before) say(`${size} at work at ${url}`)
    if (size === 0 && pending.size > 0 && !lonely)
      say(`Nobody works at ${url}; on any machine with the same files: tandem worker --queue ${url}`)
    lonely = size === 0 && pending.size > 0
  }
  const lookAfter = async () => {
    const oldest = [...pending].slice(0, LOOKED_AFTER)
    await Promise.all(oldest.map(([id, task]) => lookAfterOne(id, task)))
  }
  const lookAfterOne = async (id: string, task: Pending) => {
    const state = await queue.getJobState(id)
    if (state === 'failed') await giveUp(id, await queue.getJob(id))
    task.missing = state === 'unknown' ? task.missing + 1 : 0
    // At the first, its answer may be on its way.
    if (task.missing < 2 || !pending.has(id)) return
    task.missing = 0
    await give(id, task.data)
  }
  const giveUp = async (id: string, job: Job<QueuedTask> | undefined) => {
    settle(id)?.reject(
      new LostTaskError(
        `A task was given up: its workers were lost ${ATTEMPTS} times (${job?.failedReason}).`,
      ),
    )
    await job?.remove()
  }
  const end = (error: Error) => {
    broken = error
    for (const id of [...pending.keys()]) settle(id)!.reject(error)
  }

  await present()
  const hear = refusals(redis, say)
  const heart = startHeart({
    times,
    async beat() {
      for (const act of [claim, present, hear, census, lookAfter]) if (!closed) await act()
    },
    lost: reason => end(reason instanceof InputError ? reason : silence(url, times, reason)),
  })
  const taker = redis.duplicate()
  taker.on('error', () => {})
  void takeAnswers(taker, keys.answers(run), ({ id, answer }) => settle(id)?.resolve(answer), {
    ended: () => closed,
  })

  return {
    get size() {
      return size
    },
    get waiting() {
      return Math.max(0, pending.size - size)
    },
    run(task, signal) {
      return new Promise<string>((resolve, reject) => {
        if (broken) return reject(broken)
        const id = `${run}-${count++}`
        const data: QueuedTask = { run, setup: hash, task }
        pending.set(id, { data, resolve, reject, missing: 0 })
        give(id, data).catch(error => settle(id)?.reject(error))
        signal.addEventListener('abort', () => {
          if (!settle(id)) return
          reject(signal.reason)
          // One in hand is left to its worker.
          queue.remove(id).catch(() => {})
        })
      })
    },
    async close() {
      closed = true
      heart.stop()
      const leave = async () => {
        await redis.del(keys.run(run), keys.answers(run))
        await queue.close()
      }
      await within(times.beat, leave()).catch(() => {})
      taker.disconnect()
      redis.disconnect()
    },
  }
}

/** Why a run or a worker ends when the server is gone. */
export const silence = (url: string, { lost }: QueueTimes, { message }: Error): RunError =>
  new RunError(`The queue at ${url} has not answered for ${lost / 1000} s (${message}).`)

/** Takes answers off the list, each as soon as it is there. */
async function takeAnswers(
  redis: Redis,
  list: string,
  take: (answer: QueuedAnswer) => void,
  { ended }: { readonly ended: () => boolean },
): Promise<void> {
  while (!ended()) {
    try {
      const found = await redis.blpop(list, 5)
      if (found) take(JSON.parse(found[1]) as QueuedAnswer)
    } catch {
      await new Promise(resolve => setTimeout(resolve, 200))
    }
  }
}
