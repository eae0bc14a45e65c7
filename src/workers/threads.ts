import { fileURLToPath } from 'node:url'
import { SHARE_ENV } from 'node:worker_threads'
import { Piscina } from 'piscina'
import { LostTaskError } from '../errors.js'
import { exactJson } from '../runs/index.js'
import type { Answer } from './answer.js'
import type { Crew } from './crew.js'
import type { Work } from './evaluator.js'
import { packError } from './pack-error.js'
import type { ThreadStart } from './thread-task.js'
import { turnstile } from './turnstile.js'

/** Threads of this process, started as tasks come; each makes an evaluator of its own. A thread that dies is replaced. */
export function threadsCrew(kinds: string, work: Work, threads: number): Crew {
  const piscina = new Piscina({
    filename: fileURLToPath(new URL('./thread.cjs', import.meta.url)),
    workerData: { kinds, work: exactJson.stringify(work) } satisfies ThreadStart,
    // What a thread puts in its environment must reach TensorFlow, which reads the process's.
    env: SHARE_ENV,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: Number.POSITIVE_INFINITY,
    // Blocking waits for tasks would stop the threads that evaluators have of their own.
    atomics: 'disabled',
    recordTiming: false,
    // The process's own flags are not for the threads: with --input-type, say, they could not start.
    execArgv: [],
  })
  // A task in hand learns of its thread's end by itself; one that waits for threads that cannot start does not.
  const waiting = new Set<(error: Error) => void>()
  piscina.on('error', error => {
    if (piscina.threads.length === 0 && piscina.queueSize > 0) for (const reject of waiting) reject(error)
  })
  const run = (task: string, signal: AbortSignal | undefined): Promise<string> =>
    new Promise((resolve, reject) => {
      waiting.add(reject)
      piscina
        .run(task, signal && { signal })
        .then(resolve, reject)
        .finally(() => waiting.delete(reject))
    })
  const turns = turnstile(threads)
  const { limitSeconds } = work
  const done = async (task: string): Promise<string> => {
    const started = performance.now()
    const limit = limitSeconds === undefined ? undefined : AbortSignal.timeout(1000 * limitSeconds)
    try {
      return await run(task, limit)
    } catch (error) {
      if (!limit?.aborted)
        throw new LostTaskError(`The thread that did a task was lost: ${(error as Error).message}`)
      const late = new LostTaskError(`took longer than ${limitSeconds} s`)
      const seconds = (performance.now() - started) / 1000
      return exactJson.stringify({ seconds, error: packError(late) } satisfies Answer)
    }
  }
  return {
    size: threads,
    get waiting() {
      return turns.waiting
    },
    run: (task, signal) => turns.pass(() => done(task), signal),
    close: () => piscina.destroy(),
  }
}
