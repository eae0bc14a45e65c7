import { fileURLToPath } from 'node:url'
import { SHARE_ENV } from 'node:worker_threads'
import { Piscina } from 'piscina'
import { RunError } from '../errors.js'
import { exactJson } from '../runs/index.js'
import type { Crew } from './crew.js'
import type { Work } from './evaluator.js'
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
  const broken = new Promise<never>((_, reject) => {
    piscina.on('error', error => {
      if (piscina.threads.length === 0) reject(error)
    })
  })
  broken.catch(() => {})
  const turns = turnstile(threads)
  const done = async (task: string): Promise<string> => {
    try {
      return await Promise.race([piscina.run(task), broken])
    } catch (error) {
      throw new RunError(`A worker's thread was lost: ${(error as Error).message}`)
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
