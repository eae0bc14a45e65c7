import type { Constraint, Multiplier } from '../cost/index.js'
import type { Network, Weights } from '../network/index.js'
import { prefixed, type Snapshot } from '../runs/index.js'
import type { Accuracy } from '../tuning/index.js'
import type { ActivationStatistics } from './activation-statistics.js'
import type { FilterTerms } from './quantize-kernels.js'
import { packPhase, type QuantizePhase } from './quantize-phase.js'
import type { TermsPrice } from './terms-price.js'

/** Over the epoch in hand, weighted by images. */
export interface EpochSums {
  readonly loss: number
  readonly right: number
  readonly distribution: number
  readonly count: number
}

export const NO_SUMS: EpochSums = Object.freeze({ loss: 0, right: 0, distribution: 0, count: 0 })

/** Where a training is, as plain JSON. */
export interface TrainingPosition {
  readonly step: number
  /** Λ of the price of terms. */
  readonly multiplier: Multiplier
  /** The price of terms before the first step, and before the last one. */
  readonly start?: number
  readonly price?: number
  /** Once they are decided. */
  readonly terms?: FilterTerms
  readonly sums: EpochSums
}

/** What an epoch came to. */
export interface QuantizeEpoch {
  readonly epoch: number
  /** Cross-entropy alone, and the share of the training images that were right. */
  readonly loss: number
  readonly accuracy: number
  /** Of terms, where they are bounded. */
  readonly price?: number
  readonly lambda?: number
  readonly distribution?: number
}

/** Where a quantization is, as plain JSON. */
export interface Position {
  readonly surveyed?: boolean
  /** Of the network that came in, on the held-out images; of one with weights alone. */
  readonly heldOut?: number
  /** Whether it is on the scheme's grid as it came. */
  readonly unchanged?: boolean
  /** What is bounded, in units. */
  readonly price?: TermsPrice
  readonly constraint?: Constraint
  /** Calibrated and not yet trained: accuracy on the held-out images, and what is rounded. */
  readonly before?: number
  readonly statisticsBefore?: readonly ActivationStatistics[]
  readonly training?: TrainingPosition
  readonly epochs: readonly QuantizeEpoch[]
  readonly statisticsAfter?: readonly ActivationStatistics[]
  /** Of the quantized network, and of the one that came in. */
  readonly accuracy?: Accuracy
  readonly incoming?: Accuracy
  readonly done: boolean
}

/** A quantization: survey, calibration, training, and the network in the end. */
export interface QuantizeState {
  readonly position: Position
  readonly phase?: QuantizePhase
  readonly network?: Network
}

/** A packed state but for its tensors. */
export interface PackedQuantization {
  readonly position: Position
  readonly trains: boolean
  readonly finished: boolean
}

export function packQuantization({ position, phase, network }: QuantizeState): Snapshot {
  const json: PackedQuantization = {
    position,
    trains: phase !== undefined,
    finished: network !== undefined,
  }
  const tensors: Weights = {
    ...(phase && prefixed(packPhase(phase), 'training:')),
    ...(network && prefixed(network.weights, 'network:')),
  }
  return { json, tensors }
}
