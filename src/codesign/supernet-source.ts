import type { Augmentation } from '../data/index.js'
import type { CalibrationPlan } from '../quantize/plan-index.js'

/** Accuracies from the weights that all networks of a space share. Plain JSON. */
export interface SupernetSource {
  readonly kind: 'supernet'
  /** Of a one-shot search, and the hash of its bytes. */
  readonly file: string
  readonly sha256: string
  /** As `loadDataset` reads it. */
  readonly data: string
  /** Share of the training images that the supernet's training held out, and the seed that says which. */
  readonly heldOut: number
  readonly seed: number
  /** Held-out images that an accuracy is of, at most. */
  readonly images: number
  /** Training images that ranges of feature maps are taken of. */
  readonly rangeImages: number
  readonly percentile: CalibrationPlan['percentile']
  /** Training images that mean and variance of batch norms are taken of. */
  readonly statisticsImages: number
  /** Trained on for each scheme before networks are judged; left out: not. */
  readonly tune?: TunePlan
}

/** How shared weights are trained on with the roundings of a scheme. */
export interface TunePlan {
  readonly steps: number
  readonly batchSize: number
  /** At first (momentum 0.9, Nesterov); half a cosine down to 0. */
  readonly learningRate: number
  readonly weightDecay: number
  readonly labelSmoothing: number
  /** Random architectures of a step, besides the largest and the smallest. */
  readonly random: number
  readonly augment: Augmentation
}

export const SUPERNET_SOURCE = Object.freeze({
  ...{ images: 1000, rangeImages: 64, percentile: 99.99, statisticsImages: 250 },
})

export const TUNE_PLAN: Omit<TunePlan, 'steps'> = Object.freeze({
  ...{ batchSize: 128, learningRate: 0.01, weightDecay: 1e-5, labelSmoothing: 0.1, random: 2 },
  augment: Object.freeze({ crop: 4, flip: true }),
})

/** How members of the front are trained. */
export interface RetrainPlan {
  /** How many, spread over the front. */
  readonly members: number
  /** Whether from the weights that the supernet gives them, or from weights of their own. */
  readonly from: 'inherited' | 'scratch'
  /** What is other than `trainingPlanOf` says. */
  readonly training: {
    readonly epochs?: number
    readonly batchSize?: number
    readonly learningRate?: number
  }
}
