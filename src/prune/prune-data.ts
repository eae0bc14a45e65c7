import { type BatchSource, type Dataset, inOrder, openBatches, splitTraining } from '../data/index.js'
import type { LabelledImages } from '../engine/index.js'
import { DataError } from '../errors.js'
import { random } from '../random.js'
import type { PruneConfig } from './prune-config.js'

/** Where the images of a pruning come from: each part of the data has one use. */
export interface PruneData {
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

type DataConfig = Pick<PruneConfig, 'heldOut' | 'share' | 'images' | 'augment' | 'tau' | 'training'>

/** Throws DataError when there is something to train and the images do not fill a batch. */
export function pruneData(config: DataConfig, dataset: Dataset, seed: number): PruneData {
  const { heldOut, share, images, augment, tau, training } = config
  const { batchSize, epochs } = training
  const split = splitTraining(dataset.train, { heldOut, share, seed })
  if ((epochs > 0 || tau > 0) && split.fit.length < batchSize)
    throw new DataError(
      `${dataset.name}: ${split.fit.length} images do not fill one batch of ${batchSize}; use a smaller batch or more images`,
    )
  const drawn = random(seed, 'judged').permutation(split.heldOut.length).subarray(0, images)
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
