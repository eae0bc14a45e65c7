import { besides, type Match, type Pattern } from './pattern.js'

/** No operator of ONNX: a sign that is 1 at 0. */
export const SIGN_OR_ONE = 'tandem.SignOrOne'

/** sign(sign(x) + ½), as Tandem writes it. */
export const signOrOne: Pattern = {
  anchor: 'Sign',
  match(first, graph): Match | undefined {
    const raised = graph.consumer(first.outputs[0]!)
    if (besides(raised, 'Add', 0.5, graph) === undefined) return undefined
    const last = graph.consumer(raised!.outputs[0]!)
    if (last?.op !== 'Sign') return undefined
    return { last, replacement: { ...last, op: SIGN_OR_ONE, inputs: [first.inputs[0]!] } }
  },
}
