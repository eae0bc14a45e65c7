import { type Dataset, EVALUATION_BATCH, inOrder, splitTraining } from '../data/index.js'
import {
  createModel,
  disposeModel,
  eager,
  evaluateWith,
  evaluationStep,
  type LabelledImages,
} from '../engine/index.js'
import { DataError } from '../errors.js'
import type { Network, Weights } from '../network/index.js'
import { equalBatches, inherit, type Space } from '../search/index.js'
import type { DearAccuracy, Pair } from './accuracy-model.js'
import { onceQuantized } from './once-quantized.js'
import type { Scheme } from './scheme.js'
import type { SupernetSource } from './supernet-source.js'

export interface SupernetAccuracyOptions {
  readonly space: Space
  readonly source: SupernetSource
  readonly dataset: Dataset
  /** Shared weights, of those tuned for the scheme where they are. */
  readonly weights: (scheme: Scheme) => Weights
}

/** Networks of a space with the weights that they share, as each scheme computes them. */
export interface SupernetNetworks {
  /** As the scheme computes it, without training. */
  network(pair: Pair): Network
  /** In floating point, with the weights that are tuned for the scheme: to be trained on from. */
  latent(pair: Pair): Network
  /** Share of the held-out images that it classifies right. */
  accuracy(pair: Pair): number
}

/**
 * Networks by inherited weights: cut from the supernet's, quantized once, judged on images that no step of the supernet has seen.
 * A pair's network and accuracy are a function of weights, images and pair. Throws DataError where no image is held out.
 */
export function supernetNetworks(options: SupernetAccuracyOptions): SupernetNetworks {
  const { space, source, dataset, weights } = options
  const { heldOut, ...calibration } = imagesOf(source, dataset)
  const quantized = ({ architecture, scheme }: Pair, as: Scheme): Network => {
    const options = { ...calibration, percentile: source.percentile }
    return onceQuantized(inherit(weights(scheme), space, architecture), as, options)
  }
  const network = (pair: Pair) => quantized(pair, pair.scheme)
  return {
    network,
    latent: pair => quantized(pair, 'float32'),
    accuracy: pair => accuracyOf(network(pair), heldOut),
  }
}

/** The accuracy model of a supernet. */
export function supernetAccuracy(options: SupernetAccuracyOptions): DearAccuracy {
  const { accuracy } = supernetNetworks(options)
  return {
    ...describeSupernet(options.source),
    dear: true,
    accuracies: async pairs => pairs.map(accuracy),
  }
}

/** What is said of such accuracies. */
export function describeSupernet({
  file,
  images,
  rangeImages,
  statisticsImages,
  tune,
}: SupernetSource): Pick<DearAccuracy, 'name' | 'split' | 'notes'> {
  return {
    name: `one-shot supernet ${file}`,
    split: 'validation',
    notes: [
      `Accuracies are of networks with weights cut from the one-shot supernet ${file}, quantized as each PE type computes without training, on up to ${images} held-out images; ${rangeImages} training images gave the ranges of feature maps and ${statisticsImages} mean and variance of batch norms.`,
      tune
        ? `Before, the shared weights were trained for ${tune.steps} steps more with the roundings of each PE type.`
        : 'The shared weights were trained in floating point: training with the roundings would bring low precisions nearer.',
      'They order networks; what a network reaches when it is trained by itself is more, and --retrain says how much.',
    ],
  }
}

function imagesOf(
  { heldOut, seed, images, rangeImages, statisticsImages }: SupernetSource,
  dataset: Dataset,
) {
  const split = splitTraining(dataset.train, { heldOut, seed })
  const some = (indices: Int32Array, most: number): readonly LabelledImages[] =>
    equalBatches(inOrder(dataset, 'train', spread(indices, most)), { most, size: EVALUATION_BATCH })
  const judged = some(split.heldOut, images)
  if (judged.length === 0)
    throw new DataError(
      `${dataset.name}: the supernet was trained on all of its training images, so none is left to judge networks on; train one that holds some out`,
    )
  return {
    heldOut: judged,
    ranges: some(split.fit, rangeImages),
    statistics: some(split.fit, statisticsImages),
  }
}

/** At most so many of the positions, evenly over all, so that data in order of class give every class. */
const spread = (indices: Int32Array, most: number): Int32Array<ArrayBuffer> =>
  Int32Array.from(
    { length: Math.min(most, indices.length) },
    (_, i) => indices[Math.floor((i * indices.length) / Math.min(most, indices.length))]!,
  )

/** Operation by operation: a network is run on a few batches only, and making a graph of it takes longer. */
function accuracyOf(network: Network, batches: readonly LabelledImages[]): number {
  const model = createModel(network)
  try {
    return evaluateWith(eager(evaluationStep(model)), model, batches).accuracy
  } finally {
    disposeModel(model)
  }
}
