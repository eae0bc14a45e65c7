import type { Dense } from '../../../network.js'
import { type Emitter, floatTensor, node } from './emitter.js'

export const emitDense: Emitter<Dense> = (layer, scope) => {
  const tensors = (layer.bias ? ['kernel', 'bias'] : ['kernel']).map(suffix => {
    const { name, shape, data } = scope.weight(suffix)
    return floatTensor(name, shape, data)
  })
  return {
    nodes: [node(scope, 'Gemm', [...scope.inputs, ...tensors.map(tensor => tensor.name)])],
    tensors,
  }
}
