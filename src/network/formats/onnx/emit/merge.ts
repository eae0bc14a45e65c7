import type { Add, Concat, Multiply } from '../../../network.js'
import type { NodeProto } from '../schema.js'
import { type Emitter, integerTensor, node } from './emitter.js'

export const emitAdd: Emitter<Add> = (layer, { inputs, output }) => ({
  nodes: [node(layer, inputs.length === 2 ? 'Add' : 'Sum', inputs, output)],
})

export const emitConcat: Emitter<Concat> = (layer, { inputs, output }) => ({
  nodes: [node(layer, 'Concat', inputs, output, { axis: { int: 1 } })],
})

/** A chain of products; a [channels] factor of a feature map becomes [channels, 1, 1] first. */
export const emitMultiply: Emitter<Multiply> = (layer, { inputs, inputShapes, output, inner }) => {
  const axes = integerTensor([2, 3])
  const nodes: NodeProto[] = []
  const maps = inputShapes.some(shape => shape.length === 3)
  const factors = inputs.map((input, index) => {
    if (!maps || inputShapes[index]!.length === 3) return input
    nodes.push(node(layer, 'Unsqueeze', [input, axes.name], inner(`factor${index}`)))
    return inner(`factor${index}`)
  })
  const tensors = nodes.length > 0 ? [axes] : []
  factors.slice(1).reduce((product, factor, index) => {
    const result = index === factors.length - 2 ? output : inner(`product${index}`)
    nodes.push(node(layer, 'Mul', [product, factor], result))
    return result
  }, factors[0]!)
  return { nodes, tensors }
}
