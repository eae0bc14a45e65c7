import type { Flatten, PadChannels } from '../../../network.js'
import { type Emitter, inner, integerTensor, node } from './emitter.js'

export const emitPadChannels: Emitter<PadChannels> = (layer, scope) => {
  const still = scope.inputShapes[0]!.slice(1).map(() => 0)
  const pads = integerTensor([0, layer.before, ...still, 0, layer.after, ...still])
  return { nodes: [node(scope, 'Pad', [...scope.inputs, pads.name])], tensors: [pads] }
}

/** Tandem flattens [height, width, channels]: ONNX's [channels, height, width] is turned first where it matters. */
export const emitFlatten: Emitter<Flatten> = (_layer, scope) => {
  const shape = scope.inputShapes[0]!
  const [height, width, channels] = shape
  const axis = { axis: { int: 1 } }
  if (shape.length === 1 || height! * width! === 1 || channels === 1)
    return { nodes: [node(scope, 'Flatten', scope.inputs, axis)] }
  return {
    nodes: [
      node(scope, 'Transpose', scope.inputs, { perm: { ints: [0, 2, 3, 1] } }, 'nhwc'),
      node(scope, 'Flatten', [inner(scope, 'nhwc')], axis),
    ],
  }
}
