import type { DeviceTable, MultiplierGains } from '../cost/index.js'
import type { Augmentation } from '../data/index.js'
import type { Precision, TrainingPlan } from '../engine/index.js'
import type { Accelerator } from '../hardware/index.js'
import type { NamedArchitecture } from './baselines.js'
import type { OneShotPlan } from './one-shot/one-shot-plan.js'
import type { OuterPlan } from './outer/outer-sampler.js'
import type { Price } from './space/price.js'
import type { Space } from './space/space.js'
import { type Architecture, largest } from './space/space-architectures.js'
import type { FormulationName } from './supernet/formulation-names.js'

/** How the supernet is searched. */
export interface SearchPlan {
  /** What the supernet is; single-path where it is left out. */
  readonly formulation?: FormulationName
  readonly epochs: number
  /** Of these, without constraint and with decision dropout. */
  readonly warmupEpochs: number
  readonly batchSize: number
  /** Of the weights (momentum 0.9, Nesterov); half a cosine after half an epoch of linear rise. */
  readonly learningRate: number
  /** Of the thresholds, or of the logits of a multi-path supernet (Adam). */
  readonly thresholdRate: number
  readonly weightDecay: number
  readonly labelSmoothing: number
  /** Probability that a decision is kept while warming up. */
  readonly keepProbability: number
  /** Of the sigmoid that stands in for the indicator in the gradient. */
  readonly temperature: number
  /** Share of the constrained steps in which the target goes from the price at the start down to the bound. */
  readonly ramp: number
  readonly gains: MultiplierGains
  /** λ of every price after the warm-up, where it is given; otherwise it is found with `ramp` and `gains`. */
  readonly lambda?: number
  /** What convolutions and batch norms are computed in; float32 where it is left out. */
  readonly precision?: Precision
}

/** The paper's settings where they carry over to small images; the rest was found on held-out CIFAR-10 images. */
export const SEARCH_PLAN: SearchPlan = {
  epochs: 10,
  warmupEpochs: 5,
  batchSize: 128,
  learningRate: 0.1,
  thresholdRate: 0.01,
  weightDecay: 1e-5,
  labelSmoothing: 0.1,
  keepProbability: 0.6,
  temperature: 0.25,
  ramp: 0.7,
  gains: { proportional: 10, integral: 0.3 },
}

/** How the found network, and every baseline, is trained from scratch. */
export const TRAINING_PLAN: TrainingPlan = {
  epochs: 20,
  batchSize: 128,
  learningRate: 0.1,
  warmupEpochs: 1,
  weightDecay: 5e-4,
  labelSmoothing: 0.1,
  optimizer: { kind: 'momentum', momentum: 0.9, nesterov: true },
}

/** A network that is trained beside the found one, with the same plan: the largest, or any by its choices. */
export type Baseline = 'largest' | NamedArchitecture

/** Everything that decides a search besides its seed. Plain JSON: a run folder keeps it whole. */
export interface SearchConfig {
  readonly space: Space
  /** As `loadDataset` reads it. */
  readonly data: string
  /** What the found network is priced by in the end, besides counting: a device's table, or an accelerator. */
  readonly table?: DeviceTable
  readonly accelerator?: Accelerator
  /** Everything that is bounded, with what each choice costs. */
  readonly prices: readonly Price[]
  /** Share of the training images that is held out of all training; early decisions are judged on it. */
  readonly heldOut: number
  /** Share of the others that the search uses; the found network is trained on all of them. */
  readonly searchShare: number
  readonly augment: Augmentation
  readonly search: SearchPlan
  readonly training: TrainingPlan
  readonly baselines: readonly Baseline[]
  /** Networks are scored by the weights they share, in place of decisions that are trained. */
  readonly oneShot?: OneShotPlan
  /** The solver's hyper-parameters are searched by searches like `search`; otherwise λ is controlled within one. */
  readonly outer?: OuterPlan
}

/** What a search trains from scratch: the network that it found, and the baselines. */
export const candidatesOf = (
  { space, baselines }: Pick<SearchConfig, 'space' | 'baselines'>,
  found: Architecture,
): NamedArchitecture[] => [
  { name: 'found', architecture: found },
  ...baselines.map(baseline =>
    baseline === 'largest' ? { name: baseline, architecture: largest(space) } : baseline,
  ),
]
