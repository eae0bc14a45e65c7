import type { ChannelShuffle, Flatten, PadChannels, SliceChannels } from '../../../network.js'
import { type Emitter, inner, integerTensor, node } from './emitter.js'

export const emitPadChannels: Emitter<PadChannels> = (layer, scope) => {
  const still = scope.inputShapes[0]!.slice(1).map(() => 0)
  const pads = integerTensor([0, layer.before, ...still, 0, layer.after, ...still])
  return { nodes: [node(scope, 'Pad', [...scope.inputs, pads.name])], tensors: [pads] }
}

export const emitSliceChannels: Emitter<SliceChannels> = ({ start, count }, scope) => {
  const tensors = [[start], [start + count], [1]].map(integerTensor)
  return {
    nodes: [node(scope, 'Slice', [...scope.inputs, ...tensors.map(tensor => tensor.name)])],
    tensors,
  }
}

/** The groups become an axis of their own, which goes behind their channels. */
export const emitChannelShuffle: Emitter<ChannelShuffle> = ({ groups }, scope) => {
  const [height, width, channels] = scope.inputShapes[0] as readonly [number, number, number]
  const split = integerTensor([0, groups, channels / groups, height, width])
  const joined = integerTensor([0, channels, height, width])
  return {
    nodes: [
      node(scope, 'Reshape', [...scope.inputs, split.name], {}, 'groups'),
      node(scope, 'Transpose', [inner(scope, 'groups')], { perm: { ints: [0, 2, 1, 3, 4] } }, 'shuffled'),
      node(scope, 'Reshape', [inner(scope, 'shuffled'), joined.name]),
    ],
    tensors: [split, joined],
  }
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
