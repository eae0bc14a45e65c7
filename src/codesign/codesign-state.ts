import { type PackedState, packState, type State, unpackState } from '../evolve/index.js'
import type { Snapshot } from '../runs/index.js'
import type { Effort } from './effort.js'
import type { Method } from './method.js'
import type { VolumePoint } from './volume-history.js'

/** Why a search ended. */
export type EndReason = 'evaluations' | 'seconds' | 'stagnation' | 'exhausted' | 'deadline'

/** One method, ended. */
export interface FinishedMethod {
  readonly method: Method
  readonly feasible: boolean
  /** Genomes of the front's designs, or of the least infeasible ones. */
  readonly genomes: readonly (readonly number[])[]
  readonly evaluated: number
  /** Designs among them that could not be built or could not run. */
  readonly impossible: number
  /** Pairs of network and scheme that a dear accuracy model was asked for; all others were known. */
  readonly asked: number
  readonly population: number
  readonly reason: EndReason
  readonly history: readonly VolumePoint[]
  readonly effort: Effort
}

/** The method in progress. */
export interface RunningMethod {
  readonly stage: number
  readonly search: State
  /** Genomes of the front that the stage before ended with, and the evaluations it took. */
  readonly carried: readonly (readonly number[])[]
  readonly before: number
  readonly impossible: number
  readonly asked: number
  readonly history: readonly VolumePoint[]
  /** Where it stands, recorded in the history or not. */
  readonly latest?: VolumePoint
  readonly effort: Effort
}

export interface CodesignState {
  readonly finished: readonly FinishedMethod[]
  /** Absent once all is done. */
  readonly running?: RunningMethod
  /** The worst of the first generation in every objective: hypervolumes are measured to it. */
  readonly reference?: readonly number[]
  /** Of a dear accuracy model, in the order in which they were asked for, so that nothing is asked twice. */
  readonly accuracies: readonly (readonly [string, number])[]
}

type Packed = Omit<CodesignState, 'running'> & {
  readonly running?: Omit<RunningMethod, 'search'> & { readonly search: PackedState }
}

export function packCodesign({ running, ...rest }: CodesignState): Snapshot {
  const json: Packed = running
    ? { ...rest, running: { ...running, search: packState(running.search) } }
    : rest
  return { json, tensors: {} }
}

export function unpackCodesign({ json }: Snapshot): CodesignState {
  const { running, ...rest } = json as Packed
  return running ? { ...rest, running: { ...running, search: unpackState(running.search) } } : rest
}
