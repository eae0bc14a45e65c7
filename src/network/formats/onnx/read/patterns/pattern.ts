import type { Node } from '../node.js'

/** The nodes of a file, where their values come from and go to, and the numbers among the constants. */
export interface NodeGraph {
  producer(value: string | undefined): Node | undefined
  /** The only node that reads a value; undefined where there are several or the value is the network's output. */
  consumer(value: string): Node | undefined
  /** The number that a constant holds; undefined for what is no constant of a single value. */
  number(value: string | undefined): number | undefined
}

/** Several nodes that compute what one would; `last` is where the one takes their place. */
export interface Match {
  readonly last: Node
  readonly replacement: Node
}

/** Looks for a pattern around one node. */
export interface Pattern {
  readonly anchor: string
  match(node: Node, graph: NodeGraph): Match | undefined
}

/** The two inputs of a node if it is of this operator and one of them, whichever, is the number. */
export function besides(
  node: Node | undefined,
  op: string,
  value: number,
  graph: NodeGraph,
): string | undefined {
  if (node?.op !== op) return undefined
  const at = node.inputs.findIndex(input => close(graph.number(input), value))
  return at < 0 || node.inputs.length !== 2 ? undefined : node.inputs[1 - at]
}

/** Equal up to the rounding of a float32. */
export const close = (a: number | undefined, b: number): boolean =>
  a !== undefined && Math.abs(a - b) <= 1e-6 * Math.abs(b)

/** The other input of a node that reads `value`. */
export const other = ({ inputs }: Node, value: string): string | undefined =>
  inputs.length === 2 ? inputs[inputs[0] === value ? 1 : 0] : undefined
