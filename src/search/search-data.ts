import { type BatchSource, type Dataset, inOrder, openBatches, splitTraining } from '../data/index.js'
import type { LabelledImages } from '../engine/index.js'
import { DataError } from '../errors.js'
import type { SearchConfig } from './search-config.js'

/** Where the images of a search come from: each part of the data has one use. */
export interface SearchData {
  /** Steps of the whole search, and of training one network. */
  readonly steps: { readonly search: number; readonly training: number }
  /** Augmented training batches, prepared ahead by a thread that starts when first asked for. */
  source(phase: 'search' | 'training'): BatchSource
  /** Training images that no gradient has seen, in order. */
  heldOut(): Iterable<LabelledImages>
  /** The test split, in order: for the last evaluation of a network alone. */
  test(): Iterable<LabelledImages>
  close(): Promise<void>
}

/** Throws DataError when the images of a phase do not fill a batch. */
export function searchData(config: SearchConfig, dataset: Dataset, seed: number): SearchData {
  const { heldOut, searchShare: share, augment, search, training } = config
  const split = splitTraining(dataset.train, { heldOut, seed })
  const phases = {
    search: { indices: splitTraining(dataset.train, { heldOut, share, seed }).fit, plan: search },
    training: { indices: split.fit, plan: training },
  }
  const stepsOf = ({ indices, plan: { batchSize, epochs } }: (typeof phases)['search' | 'training']) => {
    if (indices.length >= batchSize) return Math.floor(indices.length / batchSize) * epochs
    throw new DataError(
      `${dataset.name}: ${indices.length} images do not fill one batch of ${batchSize}; use a smaller batch or more images`,
    )
  }
  const open = new Map<string, BatchSource>()
  return {
    steps: { search: stepsOf(phases.search), training: stepsOf(phases.training) },
    source(phase) {
      const { indices, plan } = phases[phase]
      const { batchSize } = plan
      const found =
        open.get(phase) ??
        openBatches({ dataset, images: 'train', indices, batchSize, seed, augment, dropPartial: true })
      open.set(phase, found)
      return found
    },
    heldOut: () => inOrder(dataset, 'train', split.heldOut),
    test: () => inOrder(dataset, 'test'),
    async close() {
      for (const source of open.values()) await source.close()
      open.clear()
    },
  }
}
