import type { Constant } from '../constant.js'
import type { Node } from '../node.js'
import type { External } from '../tensor.js'
import { refuse } from '../unsupported.js'

/** What folding one node may use. */
export interface FoldScope {
  readonly node: Node
  readonly external: External
  readonly inputs: readonly (Constant | undefined)[]
  /** A result of the node; `data` is made only after its size is found to be affordable. */
  result(dims: readonly number[], type: Constant['type'], data: () => ArrayLike<number>): Constant
}

export type Fold = (scope: FoldScope) => Constant | readonly Constant[]

/** Input `index`, which the operator cannot do without. */
export const known = ({ inputs }: FoldScope, index: number): Constant =>
  inputs[index] ?? refuse(`its input ${index} is missing`)
