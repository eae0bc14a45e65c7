import type { Flatten, PadChannels } from '../../../network.js'
import { type Emitter, integerTensor, node } from './emitter.js'

export const emitPadChannels: Emitter<PadChannels> = (layer, { inputs, inputShapes, output }) => {
  const still = inputShapes[0]!.slice(1).map(() => 0)
  const pads = integerTensor([0, layer.before, ...still, 0, layer.after, ...still])
  return { nodes: [node(layer, 'Pad', [...inputs, pads.name], output)], tensors: [pads] }
}

/** Tandem flattens [height, width, channels]: ONNX's [channels, height, width] is turned first where it matters. */
export const emitFlatten: Emitter<Flatten> = (layer, { inputs, inputShapes, output, inner }) => {
  const [height, width, channels] = inputShapes[0]!
  const turn = inputShapes[0]!.length === 3 && height! * width! > 1 && channels! > 1
  const flatten = (input: string) => node(layer, 'Flatten', [input], output, { axis: { int: 1 } })
  return {
    nodes: turn
      ? [
          node(layer, 'Transpose', inputs, inner('nhwc'), { perm: { ints: [0, 2, 3, 1] } }),
          flatten(inner('nhwc')),
        ]
      : [flatten(inputs[0]!)],
  }
}
