import { Worker } from 'node:worker_threads'
import { DataError } from '../errors.js'
import type { Augmentation } from './augment.js'
import type { BatchJob, BatchReply, BatchRequest } from './batch-worker.js'
import type { Dataset } from './dataset.js'
import type { Batch } from './prepare-batch.js'
import { stopwatch } from './stopwatch.js'

const AHEAD = 4

export interface BatchSourceOptions {
  readonly dataset: Dataset
  readonly images: 'train' | 'test'
  /** Positions in that split to draw batches from, each once per epoch. */
  readonly indices: Int32Array
  readonly batchSize: number
  readonly seed: number
  readonly augment?: Augmentation
  /** A new order every epoch; by default for training images only. */
  readonly shuffle?: boolean
  /** Leave out the images at the end of an epoch that do not fill a batch. */
  readonly dropPartial?: boolean
}

/** Batches by epoch and step, prepared by a thread of their own. */
export interface BatchSource {
  readonly stepsPerEpoch: number
  /**
   * The batch of a step; the caller owns its arrays. It depends on the arguments alone, so any order is allowed;
   * steps taken in sequence, across the end of an epoch too, are prepared ahead.
   */
  batch(epoch: number, step: number): Promise<Batch>
  /** Seconds that callers have waited for batches, and their share of the time since the first call. */
  waiting(): { readonly seconds: number; readonly share: number }
  /** Ends the thread; batches still awaited are rejected. */
  close(): Promise<void>
}

interface Pending {
  resolve(batch: Batch): void
  reject(error: Error): void
}

/**
 * Opens a source of batches. Its thread keeps the process alive only while a batch is awaited.
 * @throws DataError for an empty selection, a batch size below 1, an index outside the split.
 */
export function openBatches(options: BatchSourceOptions): BatchSource {
  const { dataset, images, indices, batchSize, seed, augment } = options
  const { shuffle = images === 'train', dropPartial = false } = options
  const stepsPerEpoch = (dropPartial ? Math.floor : Math.ceil)(indices.length / batchSize)
  check(options, stepsPerEpoch)

  const job: BatchJob = { dataset, images, indices, batchSize, seed, shuffle, ...(augment && { augment }) }
  // The process's own flags are not for the thread: with --input-type, say, it could not start.
  const worker = new Worker(new URL('./batch-worker.js', import.meta.url), { workerData: job, execArgv: [] })
  worker.unref()

  const ahead = new Map<string, Promise<Batch>>()
  const pending = new Map<number, Pending>()
  const watch = stopwatch()
  let [lastId, awaited] = [0, 0]
  let broken: Error | undefined

  const fail = (error: Error) => {
    broken ??= error
    for (const { reject } of pending.values()) reject(broken)
    pending.clear()
    ahead.clear()
  }
  worker.on('error', error =>
    fail(new Error(`${dataset.name}: the thread preparing batches failed: ${error.message}`)),
  )
  worker.on('exit', code => fail(new Error(`${dataset.name}: the thread preparing batches ended (${code})`)))
  worker.on('message', (reply: BatchReply) => {
    const waiter = pending.get(reply.id)
    pending.delete(reply.id)
    if ('error' in reply)
      waiter?.reject(reply.wrongInput ? new DataError(reply.error) : new Error(reply.error))
    else waiter?.resolve({ images: reply.images, labels: reply.labels, count: reply.labels.length })
  })

  const request = (epoch: number, step: number): Promise<Batch> => {
    const promise = new Promise<Batch>((resolve, reject) => pending.set(++lastId, { resolve, reject }))
    promise.catch(() => {}) // a batch prepared ahead may fail before anyone asks for it
    worker.postMessage({ id: lastId, epoch, step } satisfies BatchRequest)
    return promise
  }

  const take = (epoch: number, step: number): Promise<Batch> => {
    const key = `${epoch}/${step}`
    const taken = ahead.get(key) ?? request(epoch, step)
    ahead.delete(key)
    const next = following(epoch, step, stepsPerEpoch)
    const wanted = new Set(next.map(([e, s]) => `${e}/${s}`))
    for (const stale of [...ahead.keys()]) if (!wanted.has(stale)) ahead.delete(stale)
    for (const [e, s] of next) if (!ahead.has(`${e}/${s}`)) ahead.set(`${e}/${s}`, request(e, s))
    return taken
  }

  return Object.freeze({
    stepsPerEpoch,
    async batch(epoch: number, step: number) {
      if (broken) throw broken
      if (
        !Number.isInteger(epoch) ||
        epoch < 0 ||
        !Number.isInteger(step) ||
        step < 0 ||
        step >= stepsPerEpoch
      )
        throw new RangeError(
          `no batch at epoch ${epoch}, step ${step}: an epoch has steps 0 … ${stepsPerEpoch - 1}`,
        )
      if (awaited++ === 0) {
        worker.ref()
        watch.start()
      }
      try {
        return await take(epoch, step)
      } finally {
        if (--awaited === 0) {
          worker.unref()
          watch.stop()
        }
      }
    },
    waiting: watch.read,
    async close() {
      fail(new Error(`${dataset.name}: this source of batches is closed`))
      await worker.terminate()
    },
  })
}

/** The steps that come after one, into the next epochs. */
function following(epoch: number, step: number, stepsPerEpoch: number): [number, number][] {
  return Array.from({ length: AHEAD }, (_, i) => {
    const at = step + 1 + i
    return [epoch + Math.floor(at / stepsPerEpoch), at % stepsPerEpoch]
  })
}

function check({ dataset, images, indices, batchSize }: BatchSourceOptions, stepsPerEpoch: number): void {
  if (!Number.isInteger(batchSize) || batchSize < 1)
    throw new DataError(`${dataset.name}: batch size ${batchSize}; use a whole number above 0`)
  if (stepsPerEpoch === 0)
    throw new DataError(
      `${dataset.name}: ${indices.length} images do not fill one batch of ${batchSize}; use a smaller batch or more images`,
    )
  const { count } = dataset[images]
  const stray = indices.find(index => index < 0 || index >= count)
  if (stray !== undefined)
    throw new DataError(`${dataset.name}: there is no ${images} image ${stray}, only 0 … ${count - 1}`)
}
