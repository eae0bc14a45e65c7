import type { BatchNorm } from '../../../network.js'
import { type Emitter, floatTensor, node } from './emitter.js'

export const emitBatchNorm: Emitter<BatchNorm> = (layer, scope) => {
  const tensors = ['gamma', 'beta', 'mean', 'variance'].map(suffix => {
    const { name, shape, data } = scope.weight(suffix)
    return floatTensor(name, shape, data)
  })
  const inputs = [...scope.inputs, ...tensors.map(tensor => tensor.name)]
  const attributes = { epsilon: { float: layer.epsilon }, momentum: { float: layer.momentum } }
  return { nodes: [node(scope, 'BatchNormalization', inputs, attributes)], tensors }
}
