import { setMaxListeners } from 'node:events'
import { RunError } from '../errors.js'
import { exactJson } from '../runs/index.js'
import { readAnswer } from './answer.js'
import type { Crew } from './crew.js'
import { unpackError } from './pack-error.js'
import { type Usage, usageMeter } from './usage.js'

/**
 * Evaluates tasks of one setup. Tasks carry whatever randomness they need as paths, so results are the same whoever does
 * them, in any order, any number at a time.
 */
export interface WorkerPool<Task = unknown, Result = unknown> {
  /**
   * The results in the order of the tasks, both plain JSON (NaN and infinities survive).
   * Rejects with the error of the first task, in their order, that has one, of its own class; with RunError once the
   * pool is closed, LostTaskError where a worker was lost under a task or took longer than the work's limit.
   */
  evaluate(tasks: readonly Task[]): Promise<readonly Result[]>
  usage(): Usage
  /** Ends at once: what is awaited is rejected, threads end, queued tasks are taken back. */
  close(): Promise<void>
}

/** A pool of whoever does the work. */
export function poolOf<Task, Result>(crew: Crew): WorkerPool<Task, Result> {
  const meter = usageMeter()
  let sendHome: (reason: Error) => void
  const home = new Promise<never>((_, reject) => {
    sendHome = reject
  })
  home.catch(() => {})
  const dropped = new AbortController()
  let closed: Promise<void> | undefined

  async function one(task: Task, signal: AbortSignal): Promise<Result> {
    const text = await Promise.race([home, crew.run(exactJson.stringify(task), signal)])
    const answer = readAnswer(text)
    meter.pass(crew.size)
    meter.done(answer.seconds)
    if ('error' in answer) throw unpackError(answer.error)
    return answer.result as Result
  }

  return {
    async evaluate(tasks) {
      if (closed) return home
      meter.pass(crew.size)
      const failed = new AbortController()
      const signal = AbortSignal.any([failed.signal, dropped.signal])
      setMaxListeners(0, signal)
      const results = tasks.map(task => one(task, signal))
      // Failures are met in the order of the tasks, which may be later than they happen.
      for (const result of results) result.catch(() => {})
      const inOrder: Result[] = []
      try {
        for (const result of results) inOrder.push(await result)
      } catch (error) {
        failed.abort()
        throw error
      }
      return inOrder
    },
    usage() {
      meter.pass(crew.size)
      return { workers: crew.size, queueDepth: crew.waiting, ...meter.read() }
    },
    close() {
      sendHome(new RunError('The workers have been sent home: nothing more can be evaluated.'))
      dropped.abort()
      closed ??= crew.close()
      return closed
    },
  }
}
