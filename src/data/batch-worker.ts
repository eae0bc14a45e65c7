import { parentPort, workerData } from 'node:worker_threads'
import { DataError } from '../errors.js'
import { random } from '../random.js'
import { type BatchOptions, prepareBatch } from './prepare-batch.js'

/** What the thread is started with. */
export interface BatchJob extends Omit<BatchOptions, 'seed' | 'epoch'> {
  readonly seed: number
  readonly batchSize: number
  readonly shuffle: boolean
}

/** Asks for one batch. */
export interface BatchRequest {
  readonly id: number
  readonly epoch: number
  readonly step: number
}

/** The batch that was asked for, or why there is none. */
export type BatchReply =
  | {
      readonly id: number
      readonly images: Float32Array<ArrayBuffer>
      readonly labels: Int32Array<ArrayBuffer>
    }
  | { readonly id: number; readonly error: string; readonly wrongInput: boolean }

const job = workerData as BatchJob
const port = parentPort!
let order: { readonly epoch: number; readonly indices: Int32Array } | undefined

/** The indices in the order of an epoch; the last one asked for is kept. */
function orderOf(epoch: number): Int32Array {
  if (!job.shuffle) return job.indices
  if (order?.epoch !== epoch) {
    const permutation = random(job.seed, 'order', epoch).permutation(job.indices.length)
    order = { epoch, indices: permutation.map(position => job.indices[position]!) }
  }
  return order.indices
}

port.on('message', ({ id, epoch, step }: BatchRequest) => {
  try {
    const indices = orderOf(epoch).subarray(step * job.batchSize, (step + 1) * job.batchSize)
    const { images, labels } = prepareBatch({ ...job, indices, epoch })
    port.postMessage({ id, images, labels } satisfies BatchReply, [images.buffer, labels.buffer])
  } catch (error) {
    const { message } = error as Error
    port.postMessage({ id, error: message, wrongInput: error instanceof DataError } satisfies BatchReply)
  }
})
