import type { Dropout, Softmax } from '../../../network.js'
import { type Emitter, node, scalar } from './emitter.js'

export const emitDropout: Emitter<Dropout> = (layer, scope) => {
  const ratio = scalar(layer.rate)
  return { nodes: [node(scope, 'Dropout', [...scope.inputs, ratio.name])], tensors: [ratio] }
}

export const emitSoftmax: Emitter<Softmax> = (_layer, scope) => ({
  nodes: [node(scope, 'Softmax', scope.inputs, { axis: { int: 1 } })],
})
