import type { Dropout, Softmax } from '../../../network.js'
import { type Emitter, node, scalar } from './emitter.js'

export const emitDropout: Emitter<Dropout> = (layer, { inputs, output }) => {
  const ratio = scalar(layer.rate)
  return { nodes: [node(layer, 'Dropout', [...inputs, ratio.name], output)], tensors: [ratio] }
}

export const emitSoftmax: Emitter<Softmax> = (layer, { inputs, output }) => ({
  nodes: [node(layer, 'Softmax', inputs, output, { axis: { int: 1 } })],
})
