import type { Constraint, MultiplierGains } from '../cost/index.js'
import type { Augmentation } from '../data/index.js'
import type { TrainingPlan } from '../engine/index.js'
import type { FirstLast, Scheme, SchemeName } from './scheme.js'

/** Everything that decides a quantization besides the model, the data, what is priced on and the seed. Plain JSON. */
export interface QuantizeConfig {
  readonly scheme: SchemeName
  readonly firstLast: FirstLast
  readonly calibration: CalibrationPlan
  /** Of schemes whose filters decide how many terms they have; left out: by the regulariser alone. */
  readonly constraint?: Constraint
  readonly terms: TermsPlan
  /** Of signs; left out: cross-entropy alone. */
  readonly distribution?: DistributionPlan
  /** Share of the training images that is held out of all training. */
  readonly heldOut: number
  /** Share of the others that is trained on. */
  readonly share: number
  readonly augment: Augmentation
  /** No epochs: the network is calibrated, and nothing is trained. */
  readonly training: TrainingPlan
}

/** How ranges of feature maps are found. */
export interface CalibrationPlan {
  /** Training batches that are looked at. */
  readonly batches: number
  /** Per cent of the values that are not 0 that the range holds; 100: up to the largest. */
  readonly percentile: number
}

export const CALIBRATION: CalibrationPlan = Object.freeze({ batches: 4, percentile: 99.99 })

/** How thresholds are trained. */
export interface TermsPlan {
  /** λ of Σ λ‖r‖₂. */
  readonly regularizer: number
  /** How far a threshold can go (Adam) until terms are decided, in mean norms of what one term leaves of its layer's filters. */
  readonly reach: number
  /** Share of the steps after which terms are decided for good and only weights are trained. */
  readonly decideAt: number
  /** Share of the steps until then in which the target goes from the price at the start to the bound. */
  readonly ramp: number
  readonly gains: MultiplierGains
}

export const TERMS_PLAN: TermsPlan = Object.freeze({
  regularizer: 1e-5,
  reach: 2,
  decideAt: 0.7,
  ramp: 0.7,
  gains: Object.freeze({ proportional: 10, integral: 0.3 }),
})

/** The forms of the loss: the paper's, and that of the code its authors released. */
export const DISTRIBUTION_FORMS = ['paper', 'repo'] as const
export type DistributionForm = (typeof DISTRIBUTION_FORMS)[number]

export interface DistributionPlan {
  readonly form: DistributionForm
  /** μ */
  readonly weight: number
  /** Share of the epochs, at the end, without it. */
  readonly off: number
}

/** The paper's: μ = 2, switched off for the last 5 of 65 epochs. */
export const DISTRIBUTION_PLAN: DistributionPlan = Object.freeze({ form: 'paper', weight: 2, off: 5 / 65 })

const shared = { batchSize: 128, labelSmoothing: 0 } as const
const nesterov = Object.freeze({ kind: 'momentum', momentum: 0.9, nesterov: true } as const)

/** Of a trained network: as pruned ones are trained again. */
const FINE_TUNING: TrainingPlan = Object.freeze({
  ...{ ...shared, epochs: 10, learningRate: 0.01, warmupEpochs: 0, weightDecay: 5e-4, optimizer: nesterov },
  schedule: Object.freeze({ at: Object.freeze([0.3, 0.6, 0.8]), factor: 0.2 }),
})

/** Of a network without weights. */
const FROM_SCRATCH: TrainingPlan = Object.freeze({
  ...{ ...shared, epochs: 30, learningRate: 0.1, warmupEpochs: 1, weightDecay: 5e-4, optimizer: nesterov },
})

/** BNN-DL's: Adam, ×0.1 after 20, 40, 50 and 60 of 65 epochs; latent weights are clipped, not decayed. */
const OF_SIGNS: TrainingPlan = Object.freeze({
  ...{ ...shared, epochs: 65, learningRate: 0.01, warmupEpochs: 0, weightDecay: 0 },
  optimizer: Object.freeze({ kind: 'adam' } as const),
  schedule: Object.freeze({ at: Object.freeze([20, 40, 50, 60].map(epoch => epoch / 65)), factor: 0.1 }),
})

/** How a network is trained for a scheme unless something else is asked for. */
export function trainingPlanOf(
  { activationBits }: Scheme,
  { trained }: { readonly trained: boolean },
): TrainingPlan {
  if (activationBits === 1) return trained ? { ...OF_SIGNS, epochs: FINE_TUNING.epochs } : OF_SIGNS
  return trained ? FINE_TUNING : FROM_SCRATCH
}
