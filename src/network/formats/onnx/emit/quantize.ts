import type { Quantize } from '../../../network.js'
import { DATA_TYPE, type TensorProto } from '../schema.js'
import { type Emitter, floatTensor, inner, node, scalar } from './emitter.js'

/** From which operator set on QuantizeLinear takes more than 8 bits. */
export const WIDE_OPSET = 21

/** What stands for 0: integers are symmetric around it. Its type is that of the integers. */
const zeroPoint = (bits: number): TensorProto => ({
  name: `constant:int${bits}:0`,
  dims: [],
  dataType: bits === 8 ? DATA_TYPE.int8 : DATA_TYPE.int16,
  rawData: new Uint8Array(bits / 8),
})

/** Integers and back; with one bit sign(sign(x) + ½), which is 1 at 0. */
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
  const tensors = [floatTensor(name, [], data), zeroPoint(bits)]
  const names = tensors.map(tensor => tensor.name)
  return {
    nodes: [
      node(scope, 'QuantizeLinear', [...scope.inputs, ...names], {}, 'integers'),
      node(scope, 'DequantizeLinear', [inner(scope, 'integers'), ...names]),
    ],
    tensors,
  }
}
