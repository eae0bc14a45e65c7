import type { Quantize } from '../../../network.js'
import { type Emitter, floatTensor, inner, node, scalar } from './emitter.js'

/**
 * Rounding as arithmetic on floats; with one bit sign(sign(x) + ½), which is 1 at 0. Not as QuantizeLinear and
 * DequantizeLinear: onnxruntime takes those as leave to quantize the kernels behind them to 8 bits too, by grids of its own.
 */
export const emitQuantize: Emitter<Quantize> = ({ bits }, scope) => {
  if (bits === 1) {
    const half = scalar(0.5)
    return {
      nodes: [
        node(scope, 'Sign', scope.inputs, {}, 'sign'),
        node(scope, 'Add', [inner(scope, 'sign'), half.name], {}, 'raised'),
        node(scope, 'Sign', [inner(scope, 'raised')]),
      ],
      tensors: [half],
    }
  }
  const { name, data } = scope.weight('step')
  const step = floatTensor(name, [], data)
  const bounds = [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1].map(scalar)
  return {
    nodes: [
      node(scope, 'Div', [...scope.inputs, step.name], {}, 'scaled'),
      node(scope, 'Round', [inner(scope, 'scaled')], {}, 'whole'),
      node(scope, 'Clip', [inner(scope, 'whole'), ...bounds.map(({ name }) => name)], {}, 'clipped'),
      node(scope, 'Mul', [inner(scope, 'clipped'), step.name]),
    ],
    tensors: [step, ...bounds],
  }
}
