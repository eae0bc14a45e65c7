import type { Dataset } from './dataset.js'
import { type Batch, prepareBatch } from './prepare-batch.js'

/** Images of a batch where nothing is learned from them. */
export const EVALUATION_BATCH = 250

/** The images of a split, or those at `indices` of it, as they are: in order, without augmentation, in batches of EVALUATION_BATCH. */
export function* inOrder(
  dataset: Dataset,
  images: 'train' | 'test',
  indices: Int32Array = Int32Array.from({ length: dataset[images].count }, (_, i) => i),
): Generator<Batch> {
  for (let at = 0; at < indices.length; at += EVALUATION_BATCH) {
    yield prepareBatch({ dataset, images, indices: indices.slice(at, at + EVALUATION_BATCH) })
  }
}
