export { type Augmentation, crop, cutout, flip, type Pixels } from './augment.js'
export { type BatchSource, type BatchSourceOptions, openBatches } from './batches.js'
export type { Dataset, Images } from './dataset.js'
export { EVALUATION_BATCH, inOrder } from './in-order.js'
export { loadDataset } from './load-dataset.js'
export {
  type Batch,
  type BatchOptions,
  normalisationTable,
  normalise,
  prepareBatch,
} from './prepare-batch.js'
export { type SplitOptions, splitTraining, type TrainingSplit } from './split-training.js'
