import type { Constraint } from '../cost/index.js'
import type { Network, Weights } from '../network/index.js'
import { type Job, prefixed, type Snapshot } from '../runs/index.js'
import { type Accuracy, type PackedTuning, packTuning, type Tuning } from '../tuning/index.js'
import type { Cut } from './cut.js'
import type { LegrResult, LegrState } from './legr.js'

/** Accuracy of a pruned network: on the held-out images before it was trained again, and after. */
export interface PrunedAccuracy {
  readonly before: number
  readonly after: Accuracy
}

/** Where a pruning is, as plain JSON. */
export interface Position {
  /** Of the network that came in, on the held-out images: known after the first step, where there is data. */
  readonly heldOut?: number
  /** Absolute; known after the first step. */
  readonly budgets?: readonly Constraint[]
  /** What a ranking is learned at. */
  readonly learning?: Constraint
  readonly learned?: LegrResult
  /** Atoms in the order in which they go. */
  readonly order?: readonly number[]
  readonly cuts: readonly Cut[]
  readonly accuracies: readonly PrunedAccuracy[]
  /** Of the network that came in; known in the end. */
  readonly incoming?: Accuracy
  readonly done: boolean
}

/** A pruning: a ranking is learned, the network cut to each budget, and what is left trained, one after the other. */
export interface PruneState {
  readonly position: Position
  readonly legr?: LegrState
  readonly tuning?: Tuning
  /** The pruned networks that are finished. */
  readonly networks: readonly Network[]
}

/** A packed state but for its tensors. */
export interface PackedPruning {
  readonly position: Position
  /** How many pruned networks are finished. */
  readonly finished: number
  readonly legr?: unknown
  readonly tuning?: PackedTuning['json']
}

/** `learnerOf` gives the job that a state's ranking is learned by. */
export function packPruning(
  { position, legr, tuning, networks }: PruneState,
  learnerOf: (position: Position) => Pick<Job<LegrState, LegrResult>, 'pack'>,
): Snapshot {
  const ranking = legr && learnerOf(position).pack(legr)
  const tuningNow = tuning && packTuning(tuning)
  const json: PackedPruning = {
    position,
    finished: networks.length,
    ...(ranking && { legr: ranking.json }),
    ...(tuningNow && { tuning: tuningNow.json }),
  }
  const tensors = Object.assign(
    {},
    ...networks.map(({ weights }, i) => prefixed(weights, `pruned${i}:`)),
    prefixed(ranking?.tensors ?? {}, 'legr:'),
    prefixed(tuningNow?.tensors ?? {}, 'tuning:'),
  ) as Weights
  return { json, tensors }
}
