import type { Node } from '../node.js'
import { gelu } from './gelu.js'
import { layerNorm } from './layer-norm.js'
import type { NodeGraph, Pattern } from './pattern.js'
import { roundToSteps } from './round-to-steps.js'
import { signOrOne } from './sign.js'

const patterns: readonly Pattern[] = [gelu, layerNorm, roundToSteps, signOrOne]

/**
 * Nodes that stand for several others, by the last of those. What the others computed is then read by nobody, so
 * they need not be converted. `number` knows the single values among the constants.
 */
export function findPatterns(
  nodes: readonly Node[],
  outputs: readonly string[],
  number: NodeGraph['number'],
): ReadonlyMap<Node, Node> {
  const producers = new Map(nodes.flatMap(node => node.outputs.map(value => [value, node] as const)))
  const consumers = new Map<string, Node[]>()
  for (const node of nodes)
    for (const input of node.inputs) {
      const known = consumers.get(input)
      if (known) known.push(node)
      else consumers.set(input, [node])
    }
  const graph: NodeGraph = {
    producer: value => (value === undefined ? undefined : producers.get(value)),
    consumer(value) {
      const all = consumers.get(value) ?? []
      return all.length === 1 && !outputs.includes(value) ? all[0] : undefined
    },
    number,
  }
  const found = new Map<Node, Node>()
  for (const node of nodes)
    for (const pattern of patterns) {
      if (pattern.anchor !== node.op) continue
      const match = pattern.match(node, graph)
      if (match) found.set(match.last, match.replacement)
    }
  return found
}

/** The nodes that the outputs need, in the file's order. */
export function needed(nodes: readonly Node[], outputs: readonly string[]): readonly Node[] {
  const wanted = new Set(outputs)
  const kept = nodes.toReversed().filter(node => {
    const keep = node.outputs.some(value => wanted.has(value))
    if (keep) for (const input of node.inputs) wanted.add(input)
    return keep
  })
  return kept.toReversed()
}
