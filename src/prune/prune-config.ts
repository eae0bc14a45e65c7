import type { Constraint } from '../cost/index.js'
import type { Augmentation } from '../data/index.js'
import type { Precision, TrainingPlan } from '../engine/index.js'
import type { Affine } from './affine.js'
import type { EvolutionPlan } from './ageing-evolution.js'
import type { CriterionName } from './criteria/criteria.js'
import type { Reduce } from './reduce.js'

/** How a pruned network is trained again (LeGR's authors): ×0.2 at 30, 60 and 80 % of the epochs. */
export const FINE_TUNING: TrainingPlan = Object.freeze({
  epochs: 10,
  batchSize: 128,
  learningRate: 0.01,
  warmupEpochs: 0,
  schedule: Object.freeze({ at: Object.freeze([0.3, 0.6, 0.8]), factor: 0.2 }),
  weightDecay: 5e-4,
  labelSmoothing: 0,
  optimizer: Object.freeze({ kind: 'momentum', momentum: 0.9, nesterov: true } as const),
})

/** Everything that decides a pruning besides the model, the data, what is priced on and the seed. Plain JSON. */
export interface PruneConfig {
  /** As asked: percent is of the network that came in. */
  readonly budgets: readonly Constraint[]
  readonly criterion: CriterionName
  readonly reduce: Reduce
  /** Layers whose output stays as wide as it is. */
  readonly keep: readonly string[]
  readonly keepAtLeast: number
  readonly roundTo: number
  /** A ranking learned before; without one `legr` learns it. */
  readonly affine?: Affine
  readonly evolution: EvolutionPlan
  /** Steps of training before a candidate is judged. */
  readonly tau: number
  /** Held-out images that candidates are judged on. */
  readonly images: number
  /** What batch norms take when a candidate is judged: those of the judged images, or the whole network's. */
  readonly statistics: 'batch' | 'running'
  /** What candidates are judged in. */
  readonly precision?: Precision
  /** Share of the training images that is held out of all training. */
  readonly heldOut: number
  /** Share of the others that pruned networks are trained on. */
  readonly share: number
  readonly augment: Augmentation
  /** No epochs: nothing is trained. */
  readonly training: TrainingPlan
}
