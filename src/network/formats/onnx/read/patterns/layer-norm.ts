import type { AttributeProto } from '../../schema.js'
import { int, type Node } from '../node.js'
import { besides, type Match, type NodeGraph, type Pattern } from './pattern.js'

/** Operator that the pattern becomes: normalizes one axis, `axis`, wherever it stands. */
export const NORMALIZE_AXIS = 'tandem.NormalizeAxis'

/** (x − mean) / √(mean((x − mean)²) + ε) with means over one axis; scale and bias are left to what follows. */
export const layerNorm: Pattern = {
  anchor: 'Sqrt',
  match(root, graph): Match | undefined {
    const sum = graph.producer(root.inputs[0])
    const at = sum?.op === 'Add' ? sum.inputs.findIndex(input => graph.number(input) !== undefined) : -1
    const epsilon = at < 0 ? undefined : graph.number(sum!.inputs[at])
    const variance = graph.producer(at < 0 ? undefined : sum!.inputs[1 - at])
    const axis = variance && meanAxis(variance, graph)
    const centred = variance && squared(graph.producer(variance.inputs[0]), graph)
    const x = centred && centredOf(centred, axis, graph)
    const last = graph.consumer(root.outputs[0]!)
    if (epsilon === undefined || axis === undefined || x === undefined || last?.op !== 'Div') return undefined
    if (centredOf(last.inputs[0]!, axis, graph) !== x || last.inputs[1] !== root.outputs[0]) return undefined
    const attributes = new Map<string, AttributeProto>([
      ['axis', { name: 'axis', type: 2, i: axis }],
      ['epsilon', { name: 'epsilon', type: 1, f: epsilon }],
    ])
    return { last, replacement: { ...last, op: NORMALIZE_AXIS, inputs: [x], attributes } }
  },
}

/** What is squared. */
function squared(node: Node | undefined, graph: NodeGraph): string | undefined {
  if (node?.op === 'Mul' && node.inputs[0] === node.inputs[1]) return node.inputs[0]
  return node?.op === 'Pow' && besides(node, 'Pow', 2, graph) === node.inputs[0] ? node.inputs[0] : undefined
}

/** The x of x − mean(x). */
function centredOf(value: string, axis: number | undefined, graph: NodeGraph): string | undefined {
  const difference = graph.producer(value)
  const mean = difference?.op === 'Sub' ? graph.producer(difference.inputs[1]) : undefined
  const x = difference?.inputs[0]
  return mean && mean.inputs[0] === x && meanAxis(mean, graph) === axis ? x : undefined
}

/** The only axis of a mean that keeps it. */
function meanAxis(node: Node, graph: NodeGraph): number | undefined {
  if (node.op !== 'ReduceMean' || int(node, 'keepdims', 1) !== 1) return undefined
  const axes = node.attributes.get('axes')?.ints
  return axes ? (axes.length === 1 ? axes[0] : undefined) : graph.number(node.inputs[1])
}
