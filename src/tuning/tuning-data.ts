import {
  type Augmentation,
  type BatchSource,
  type Dataset,
  inOrder,
  openBatches,
  splitTraining,
} from '../data/index.js'
import type { LabelledImages } from '../engine/index.js'
import { DataError } from '../errors.js'
import { random } from '../random.js'

export interface TuningDataOptions {
  readonly dataset: Dataset
  readonly seed: number
  /** Share of the training images that is held out of all training. */
  readonly heldOut: number
  /** Share of the others that is trained on. */
  readonly share: number
  /** How many of the held-out images candidates are judged on. */
  readonly judged: number
  readonly augment: Augmentation
  readonly batchSize: number
  /** Whether anything is trained: the images must then fill a batch. */
  readonly trains: boolean
}

/** Where the images come from when a trained network is changed and tuned: each part of the data has one use. */
export interface TuningData {
  /** Steps of an epoch. */
  readonly stepsPerEpoch: number
  /** Augmented training batches, prepared ahead by a thread that starts when first asked for. */
  source(): BatchSource
  /** Training images that no gradient has seen, and those of them that candidates are judged on. */
  heldOut(): Iterable<LabelledImages>
  judged(): Iterable<LabelledImages>
  /** The test split, in order: for the last evaluation of a network alone. */
  test(): Iterable<LabelledImages>
  close(): Promise<void>
}

/** Throws DataError when something is trained and the images do not fill a batch. */
export function tuningData(options: TuningDataOptions): TuningData {
  const { dataset, seed, heldOut, share, augment, batchSize } = options
  const split = splitTraining(dataset.train, { heldOut, share, seed })
  if (options.trains && split.fit.length < batchSize)
    throw new DataError(
      `${dataset.name}: ${split.fit.length} images do not fill one batch of ${batchSize}; use a smaller batch or more images`,
    )
  const drawn = random(seed, 'judged').permutation(split.heldOut.length).subarray(0, options.judged)
  const judged = Int32Array.from(drawn, i => split.heldOut[i]!).sort()
  let open: BatchSource | undefined
  return {
    stepsPerEpoch: Math.floor(split.fit.length / batchSize),
    source() {
      const parts = { dataset, indices: split.fit, batchSize, seed, augment }
      open ??= openBatches({ ...parts, images: 'train', dropPartial: true })
      return open
    },
    heldOut: () => inOrder(dataset, 'train', split.heldOut),
    judged: () => inOrder(dataset, 'train', judged),
    test: () => inOrder(dataset, 'test'),
    async close() {
      await open?.close()
      open = undefined
    },
  }
}
