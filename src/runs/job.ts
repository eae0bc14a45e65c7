import type { Weight } from '../network/index.js'

/** Everything needed to continue a job: plain JSON and named tensors. */
export interface Snapshot {
  readonly json: unknown
  readonly tensors: Readonly<Record<string, Weight>>
}

/** One line of the journal: what a step wants to be remembered. */
export type JournalEntry = Readonly<Record<string, string | number | boolean | readonly (string | number)[]>>

/** What a step reports besides the next state. */
export interface StepReport {
  /** Written to the journal and, when it has `line`, printed as a progress line. */
  readonly entries?: readonly { readonly entry: JournalEntry; readonly line?: string }[]
}

/**
 * A long job as a state machine. `State` may hold live engine variables; `pack` and `unpack` turn it into plain
 * data and back. Equal seed and config give equal results, stopped and resumed any number of times or not at all.
 */
export interface Job<State, Result> {
  /** The first state. */
  init(): Promise<State>
  /** Advances by one step (well under a minute). */
  step(state: State): Promise<{ readonly state: State; readonly report?: StepReport }>
  done(state: State): boolean
  /**
   * What the job came to; of a state that is not done (a deadline has passed) the best so far, in little more time.
   * Throws NothingYetError where there is nothing yet. The state is not used any more, but `dispose` still frees it.
   */
  result(state: State): Promise<Result>
  pack(state: State): Snapshot
  unpack(snapshot: Snapshot): Promise<State>
  /** Position for the bar: steps done, steps in all, a short label of the phase, images that a step sees. */
  progress(state: State): {
    readonly done: number
    readonly total: number
    readonly label: string
    readonly images?: number
  }
  /** Frees what the state holds in the engine. */
  dispose?(state: State): void
}
