import type { Tensor } from '../types.js'

export type Tensors = Readonly<Record<string, Tensor>>

/**
 * A step on tensors: from named feeds to named outputs, with variables read and updated on the way. Whatever changes
 * from step to step is a feed: the batch, the learning rate, multipliers, masks, seed and number of the step.
 * Called within tf.tidy.
 */
export type Step = (feeds: Tensors) => Tensors

/** A step that can be run again and again. */
export interface Program {
  /** Runs the step once. The outputs are the caller's to dispose. */
  run(feeds: Tensors): Tensors
  dispose(): void
}
