import type { Add, Concat, Multiply } from '../../../network.js'
import type { NodeProto } from '../schema.js'
import { type Emitter, integerTensor, node } from './emitter.js'

export const emitAdd: Emitter<Add> = (_layer, scope) => ({
  nodes: [node(scope, scope.inputs.length === 2 ? 'Add' : 'Sum', scope.inputs)],
})

export const emitConcat: Emitter<Concat> = (_layer, scope) => ({
  nodes: [node(scope, 'Concat', scope.inputs, { axis: { int: 1 } })],
})

/** A chain of products; a [channels] factor of a feature map becomes [channels, 1, 1] first. */
export const emitMultiply: Emitter<Multiply> = (_layer, scope) => {
  const { inputs, inputShapes } = scope
  const axes = integerTensor([2, 3])
  const nodes: NodeProto[] = []
  const add = (opType: string, input: readonly string[], part?: string) => {
    const added = node(scope, opType, input, {}, part)
    nodes.push(added)
    return added.output[0]!
  }
  const maps = inputShapes.some(shape => shape.length === 3)
  const [first, ...others] = inputs.map((input, index) =>
    maps && inputShapes[index]!.length === 1 ? add('Unsqueeze', [input, axes.name], `factor${index}`) : input,
  )
  const tensors = nodes.length > 0 ? [axes] : []
  others.reduce(
    (product, factor, index) =>
      add('Mul', [product, factor], index < others.length - 1 ? `product${index}` : undefined),
    first!,
  )
  return { nodes, tensors }
}
