import { Worker } from 'node:worker_threads'
import type { DataPoint } from '../data-set.js'
import type { PeDesign } from '../pe-design.js'
import type { Point } from './characterize-point.js'
import type { WorkerAnswer, WorkerStart, WorkerTask } from './worker-messages.js'

export interface CharacterizePool {
  /** Characterizes a design when a thread is free. Never rejects: what goes wrong is in the point. */
  run(design: PeDesign): Promise<DataPoint>
  close(): void
}

export interface PoolOptions extends WorkerStart {
  readonly workers: number
  /** A point that takes longer is given up. */
  readonly limitSeconds?: number
}

interface Waiting {
  readonly design: PeDesign
  readonly resolve: (point: DataPoint) => void
}

/**
 * Threads that characterize designs, one Yosys in each. A thread that dies or takes too long costs its point, which
 * is reported as failed, and is replaced.
 */
export function createPool({ workers, limitSeconds = 600, ...start }: PoolOptions): CharacterizePool {
  const queue: Waiting[] = []
  const idle: Worker[] = []
  const all = new Set<Worker>()
  let closed = false

  const begin = (): Worker => {
    const worker = new Worker(new URL('./characterize-worker.js', import.meta.url), { workerData: start })
    all.add(worker)
    return worker
  }
  const end = (worker: Worker): void => {
    all.delete(worker)
    // A thread that is ended may still raise what killed it.
    worker.on('error', () => {})
    void worker.terminate()
  }

  const next = (): void => {
    while (!closed && queue.length > 0) {
      const worker = idle.pop() ?? (all.size < workers ? begin() : undefined)
      if (worker === undefined) return
      work(worker, queue.shift()!)
    }
  }

  const work = (worker: Worker, { design, resolve }: Waiting): void => {
    const started = performance.now()
    const finish = (answer: WorkerAnswer, alive: boolean): void => {
      clearTimeout(timer)
      worker.off('message', answered).off('error', failed).off('exit', exited)
      if (alive) idle.push(worker)
      else end(worker)
      resolve(dataPoint(design, answer, (performance.now() - started) / 1000))
      next()
    }
    const answered = (answer: WorkerAnswer) => finish(answer, true)
    const failed = (error: Error) => finish({ error: `its thread failed: ${error.message}` }, false)
    const exited = (code: number) => finish({ error: `its thread ended with code ${code}` }, false)
    const late = () => finish({ error: `took longer than ${limitSeconds} s` }, false)
    const timer = setTimeout(late, limitSeconds * 1000)
    worker.on('message', answered).on('error', failed).on('exit', exited)
    worker.postMessage({ design } satisfies WorkerTask)
  }

  return {
    run: design =>
      new Promise(resolve => {
        queue.push({ design, resolve })
        next()
      }),
    close() {
      closed = true
      for (const worker of all) end(worker)
    },
  }
}

function dataPoint(design: PeDesign, answer: WorkerAnswer, seconds: number): DataPoint {
  const rounded = Number(seconds.toFixed(2))
  return 'error' in answer
    ? { design, seconds: rounded, error: answer.error }
    : measuredPoint(answer.point, rounded)
}

const digits = (value: number): number => Number(value.toPrecision(7))

/** A point as a data set keeps it: seven digits. */
export function measuredPoint(
  { design, figures, spread, cells, seconds }: Point,
  took = seconds.synthesis + seconds.timing + seconds.activity,
): DataPoint {
  return {
    design,
    figures: {
      areaUm2: digits(figures.areaUm2),
      criticalPathNs: digits(figures.criticalPathNs),
      leakageMw: digits(figures.leakageMw),
      energyPjPerMac: digits(figures.energyPjPerMac),
    },
    energySpread: digits(spread),
    gates: cells,
    seconds: took,
  }
}
