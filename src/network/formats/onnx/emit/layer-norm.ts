import type { LayerNorm } from '../../../network.js'
import { type Emitter, floatTensor, inner, node } from './emitter.js'

/** LayerNormalization works on the last axis: a feature map is turned to NHWC for it and back. */
export const emitLayerNorm: Emitter<LayerNorm> = (layer, scope) => {
  const tensors = ['gamma', 'beta'].map(suffix => {
    const { name, shape, data } = scope.weight(suffix)
    return floatTensor(name, shape, data)
  })
  const names = tensors.map(tensor => tensor.name)
  const attributes = { axis: { int: -1 }, epsilon: { float: layer.epsilon } }
  if (scope.inputShapes[0]!.length === 1)
    return { nodes: [node(scope, 'LayerNormalization', [...scope.inputs, ...names], attributes)], tensors }
  return {
    nodes: [
      node(scope, 'Transpose', scope.inputs, { perm: { ints: [0, 2, 3, 1] } }, 'nhwc'),
      node(scope, 'LayerNormalization', [inner(scope, 'nhwc'), ...names], attributes, 'normal'),
      node(scope, 'Transpose', [inner(scope, 'normal')], { perm: { ints: [0, 3, 1, 2] } }),
    ],
    tensors,
  }
}
