import type { Activation, ActivationFunction } from '../../../network.js'
import { type Emitted, type Emitter, node, type Scope, scalar } from './emitter.js'

const simple =
  (opType: string): Emitter<Activation> =>
  (layer, { inputs, output }) => ({ nodes: [node(layer, opType, inputs, output)] })

const emitters: Readonly<Record<ActivationFunction, Emitter<Activation>>> = {
  relu: simple('Relu'),
  relu6(layer, { inputs, output }) {
    const tensors = [scalar(0), scalar(6)]
    return {
      nodes: [node(layer, 'Clip', [...inputs, ...tensors.map(tensor => tensor.name)], output)],
      tensors,
    }
  },
  sigmoid: simple('Sigmoid'),
  hardSigmoid: (layer, { inputs, output }) => ({
    nodes: [node(layer, 'HardSigmoid', inputs, output, { alpha: { float: 1 / 6 }, beta: { float: 0.5 } })],
  }),
  hardSwish: simple('HardSwish'),
  silu: (layer, { inputs, output, inner }) => ({
    nodes: [
      node(layer, 'Sigmoid', inputs, inner('sigmoid')),
      node(layer, 'Mul', [...inputs, inner('sigmoid')], output),
    ],
  }),
}

export const emitActivation = (layer: Activation, scope: Scope): Emitted =>
  emitters[layer.function](layer, scope)
