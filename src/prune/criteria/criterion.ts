import type { LabelledImages } from '../../engine/index.js'
import type { Network } from '../../network/index.js'
import type { Affine } from '../affine.js'
import type { ChannelMap } from '../channels.js'
import type { Reduce } from '../reduce.js'

/** What a criterion may look at. */
export interface CriterionInput {
  /** With weights. */
  readonly network: Network
  readonly channels: ChannelMap
  /** How the scores of an atom's channels become one. */
  readonly reduce: Reduce
  /** Of whatever is drawn. */
  readonly seed: number
  /** For `legr`: what has been learned. */
  readonly affine?: Affine
  /** For `taylor`: training images. */
  readonly images?: () => Iterable<LabelledImages>
}

/** A way to say which channels matter least. */
export interface Criterion {
  /** What it goes by, in a few words. */
  readonly says: string
  /** What it cannot do without, besides weights. */
  readonly needs?: 'images' | 'ranking'
  /** Throws NetworkError where a network, with weights, does not have what the criterion looks at. */
  check?(network: Network): void
  /**
   * One number for each atom: the lowest go first. Fixed atoms get one too, which means nothing. Throws NetworkError
   * as `check` does, and where a weight is not a number.
   */
  score(input: CriterionInput): Promise<Float64Array>
}
