import type {
  Evaluation,
  Execution,
  LabelledImages,
  Model,
  Tensor,
  Tensors,
  Variable,
} from '../../engine/index.js'
import type { Weights } from '../../network/index.js'
import type { BlockMargins } from '../decision/decide.js'
import type { Decision } from '../decision/decision-log.js'
import type { SearchParts } from '../search-phase.js'
import type { Price } from '../space/price.js'
import type { Space } from '../space/space.js'
import type { Architecture } from '../space/space-architectures.js'
import type { SearchStepPosition } from './search-step.js'

/** Where the decisions of every block stand, as plain JSON: margins of its parts, or log-probabilities of its choices. */
export type Standing = readonly (BlockMargins | readonly number[])[]

/** What is decided, in the order of the formulation's `decisions`: the margin of each, and what it is a margin above. */
export interface Listed<Values> {
  /** Not negative where the decision is open. */
  readonly margins: Values
  readonly thresholds: Values
}

/** One step forward, before it is executed. */
export interface Pass {
  /** How the model's network is executed as things are decided. */
  readonly execution: Pick<Execution, 'weight' | 'output'>
  /** What that costs, in the metric's unit, one scalar for every price of the search; with a gradient in every decision. */
  readonly prices: readonly Tensor[]
  /** [decisions] each. */
  readonly listed: Listed<Tensor>
}

/** A supernet in the engine, as the search trains it. */
export interface Searched {
  readonly space: Space
  readonly model: Model
  /** What it decides by, trained beside the weights: thresholds, or logits. */
  readonly parameters: readonly Variable[]
  /** What a step is fed besides the batch and its position, or in the place of something of it. */
  feeds(position: SearchStepPosition): Tensors
  /** `value` gives weights and parameters by name. To be called within tf.tidy. */
  pass(value: (name: string) => Tensor, feeds: Tensors): Pass
  /** Where the decisions stand. */
  read(): { readonly standing: Standing; readonly listed: Listed<readonly number[]> }
  /** Evaluates the network that the decisions stand for, with its weights in the supernet. */
  evaluate(batches: Iterable<LabelledImages>): Evaluation
  dispose(): void
}

/** A way to make one training of a search: what is trained, and how its decisions are read. */
export interface Formulation {
  /** A supernet with weights drawn by the seed and nothing decided; or, with `packed`, as it was. */
  create(parts: SearchParts, packed?: Weights): Searched
  decisions(space: Space): readonly Decision[]
  /** How much is undecided, of how much. */
  countOpen(space: Space, standing: Standing): { readonly open: number; readonly of: number }
  decide(space: Space, standing: Standing): Architecture
  /** Moved to the nearest that meets every bound at exact prices. */
  decideWithin(space: Space, standing: Standing, prices: readonly Price[]): Architecture
  /** What figures and reports call things. */
  readonly words: FormulationWords
}

export interface FormulationWords {
  /** Title and axis of what decides over time, and its lines: the value, and where it is shown what it must reach. */
  readonly figure: { readonly title: string; readonly axis: string; readonly lines: readonly string[] }
  readonly timeline: string
  /** What open means. */
  readonly note: string
}
