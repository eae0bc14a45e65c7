import type { Node } from '../node.js'
import { besides, close, type Match, type NodeGraph, other, type Pattern } from './pattern.js'

/** x · (1 + erf(x / √2)) / 2, in whichever order the three factors are multiplied. */
export const gelu: Pattern = {
  anchor: 'Erf',
  match(erf, graph): Match | undefined {
    const scaled = graph.producer(erf.inputs[0])
    const x = besides(scaled, 'Mul', Math.SQRT1_2, graph) ?? quotient(scaled, graph)
    const raised = graph.consumer(erf.outputs[0]!)
    if (x === undefined || besides(raised, 'Add', 1, graph) === undefined) return undefined
    const last = product(raised!, x, graph)
    if (!last) return undefined
    return { last, replacement: { ...last, op: 'Gelu', inputs: [x], attributes: new Map() } }
  },
}

const quotient = (node: Node | undefined, graph: NodeGraph) =>
  node?.op === 'Div' && close(graph.number(node.inputs[1]), Math.SQRT2) ? node.inputs[0] : undefined

/** The node that multiplies 1 + erf by x and ½. */
function product(raised: Node, x: string, graph: NodeGraph): Node | undefined {
  const first = graph.consumer(raised.outputs[0]!)
  if (first?.op !== 'Mul') return undefined
  const factor = other(first, raised.outputs[0]!)
  if (factor !== undefined && besides(graph.producer(factor), 'Mul', 0.5, graph) === x) return first
  const second = graph.consumer(first.outputs[0]!)
  if (second?.op !== 'Mul') return undefined
  const left = other(second, first.outputs[0]!)
  const halves = factor === x && close(graph.number(left), 0.5)
  return halves || (close(graph.number(factor), 0.5) && left === x) ? second : undefined
}
