import type { Constant } from './constant.js'
import { ints, type Node } from './node.js'
import { refuse } from './unsupported.js'

/** Sizes of the parts that a Split makes of an axis: as listed, or equal with a smaller last one. */
export function splitSizes(node: Node, listed: Constant | undefined, size: number): readonly number[] {
  const sizes = ints(node, 'split') ?? (listed && Array.from(listed.data))
  const each = Math.ceil(size / node.outputs.length)
  const parts = sizes ?? node.outputs.map((_, index) => Math.min(each, size - index * each))
  if (parts.some(part => part < 1) || parts.reduce((sum, part) => sum + part, 0) !== size)
    refuse(`splits an axis of ${size} into [${parts}]`)
  return parts
}
