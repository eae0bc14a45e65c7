import type { Augmentation } from '../data/index.js'
import type { TrainingPlan } from '../engine/index.js'

/** How a network is trained again after each round. The authors': momentum, a rate of 0.001 that falls in steps. */
export const POOL_TUNING: TrainingPlan = Object.freeze({
  epochs: 5,
  batchSize: 128,
  learningRate: 0.001,
  warmupEpochs: 0,
  schedule: Object.freeze({ at: Object.freeze([0.5, 0.75]), factor: 0.1 }),
  weightDecay: 5e-4,
  labelSmoothing: 0,
  optimizer: Object.freeze({ kind: 'momentum', momentum: 0.9, nesterov: false } as const),
})

/** Rounds where neither their number nor the size of their groups is given: the authors' number on VGG-16. */
export const ROUNDS = 4

/** What convolutions are ordered by before they are pooled in groups. */
export type PoolOrder = 'sensitivity' | 'error' | 'random'

/** Everything that decides a pooling besides the model, the data, what is priced on and the seed. Plain JSON. */
export interface PoolConfig {
  readonly order: PoolOrder
  /** At most so many rounds; with `groupSize` its groups beyond them are left out. */
  readonly rounds?: number
  /** Convolutions of a round; without it rounds have about equal gains. */
  readonly groupSize?: number
  /** Points of accuracy on the held-out images that may be lost; rounds end when more are. */
  readonly maxDrop?: number
  /** How many times as fast the network shall be; rounds end when it is. */
  readonly minSpeedup?: number
  /** Held-out images that convolutions are judged on. */
  readonly images: number
  /** Share of the training images that is held out of all training. */
  readonly heldOut: number
  /** Share of the others that networks are trained on. */
  readonly share: number
  readonly augment: Augmentation
  /** Of each round. No epochs: nothing is trained. */
  readonly training: TrainingPlan
}
