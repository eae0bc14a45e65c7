import type { Scale } from '../../../network.js'
import { type Emitter, floatTensor, inner, node } from './emitter.js'

/** One value a channel, as [channels, 1, 1] for a feature map. */
export const emitScale: Emitter<Scale> = (layer, scope) => {
  const ones = scope.inputShapes[0]!.slice(1).map(() => 1)
  const [gamma, beta] = (layer.shift ? ['gamma', 'beta'] : ['gamma']).map(suffix => {
    const { name, shape, data } = scope.weight(suffix)
    return floatTensor(name, [...shape, ...ones], data)
  })
  if (!beta) return { nodes: [node(scope, 'Mul', [...scope.inputs, gamma!.name])], tensors: [gamma!] }
  return {
    nodes: [
      node(scope, 'Mul', [...scope.inputs, gamma!.name], {}, 'product'),
      node(scope, 'Add', [inner(scope, 'product'), beta.name]),
    ],
    tensors: [gamma!, beta],
  }
}
