import type { Activation, ActivationFunction } from '../../../network.js'
import type { TensorProto } from '../schema.js'
import { type Emitted, type Emitter, inner, node, type Scope, scalar } from './emitter.js'

const simple =
  (opType: string): Emitter<Activation> =>
  (_layer, scope) => ({ nodes: [node(scope, opType, scope.inputs)] })

const emitters: Readonly<Record<ActivationFunction, Emitter<Activation>>> = {
  relu: simple('Relu'),
  relu6(_layer, scope) {
    const tensors = [scalar(0), scalar(6)]
    return {
      nodes: [node(scope, 'Clip', [...scope.inputs, ...tensors.map(tensor => tensor.name)])],
      tensors,
    }
  },
  sigmoid: simple('Sigmoid'),
  hardSigmoid: (_layer, scope) => ({
    nodes: [node(scope, 'HardSigmoid', scope.inputs, { alpha: { float: 1 / 6 }, beta: { float: 0.5 } })],
  }),
  hardSwish: simple('HardSwish'),
  silu: (_layer, scope) => ({
    nodes: [
      node(scope, 'Sigmoid', scope.inputs, {}, 'sigmoid'),
      node(scope, 'Mul', [...scope.inputs, inner(scope, 'sigmoid')]),
    ],
  }),
  leakyRelu: (layer, scope) => ({
    nodes: [node(scope, 'LeakyRelu', scope.inputs, { alpha: { float: layer.slope! } })],
  }),
  gelu(_layer, scope) {
    const [root, one, half] = [Math.SQRT2, 1, 0.5].map(scalar) as [TensorProto, TensorProto, TensorProto]
    return {
      nodes: [
        node(scope, 'Div', [...scope.inputs, root.name], {}, 'scaled'),
        node(scope, 'Erf', [inner(scope, 'scaled')], {}, 'erf'),
        node(scope, 'Add', [inner(scope, 'erf'), one.name], {}, 'raised'),
        node(scope, 'Mul', [...scope.inputs, inner(scope, 'raised')], {}, 'product'),
        node(scope, 'Mul', [inner(scope, 'product'), half.name]),
      ],
      tensors: [root, one, half],
    }
  },
}

export const emitActivation = (layer: Activation, scope: Scope): Emitted =>
  emitters[layer.function](layer, scope)
