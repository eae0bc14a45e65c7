import { ATTRIBUTE_TYPE, type AttributeProto } from '../../schema.js'
import type { Match, Pattern } from './pattern.js'

/** No operator of ONNX: its second input is the step, its attribute `bits` the width of the integers. */
export const ROUND_TO_STEPS = 'tandem.RoundToSteps'

/** step · clip(round(x / step)) between the outermost integers of 8 or 16 bits, as Tandem writes it. */
export const roundToSteps: Pattern = {
  anchor: 'Round',
  match(round, graph): Match | undefined {
    const scaled = graph.producer(round.inputs[0])
    const clipped = graph.consumer(round.outputs[0]!)
    if (scaled?.op !== 'Div' || clipped?.op !== 'Clip') return undefined
    const last = graph.consumer(clipped.outputs[0]!)
    const [x, step] = scaled.inputs as [string, string]
    const [low, high] = clipped.inputs.slice(1).map(graph.number)
    const bits = [8, 16].find(bits => low === -(2 ** (bits - 1)) && high === 2 ** (bits - 1) - 1)
    if (last?.op !== 'Mul' || last.inputs[1] !== step || !(graph.number(step)! > 0) || !bits) return undefined
    const attribute: AttributeProto = { name: 'bits', type: ATTRIBUTE_TYPE.int, i: bits }
    const attributes = new Map([['bits', attribute]])
    return { last, replacement: { ...last, op: ROUND_TO_STEPS, inputs: [x, step], attributes } }
  },
}
