import { EngineError } from '../../errors.js'
import type { Tensor } from '../types.js'
import type { WasmOperations } from './operation.js'
import { spread, subsampled } from './pixels.js'

/** The strides over rows and columns, from the inputs of a slice that takes whole images and all channels. */
function stridesOf([begin, end, strides]: readonly Tensor[], shape: readonly number[]): [number, number] {
  const [from, to, steps] = [begin!, end!, strides!].map(tensor => [...tensor.dataSync()])
  const whole =
    shape.length === 4 && from!.every(index => index === 0) && to!.every((index, i) => index === shape[i])
  if (!whole || steps![0] !== 1 || steps![3] !== 1)
    throw new EngineError(
      `The wasm backend strides over rows and columns of whole images only, not [${from}] to [${to}]`,
    )
  return [steps![1]!, steps![2]!]
}

export const slices: WasmOperations = {
  StridedSlice: (_, [x, ...slice]) => [subsampled(x!, stridesOf(slice, x!.shape))],
  StridedSliceGrad: (_, [size, ...rest]) => {
    const shape = [...size!.dataSync()]
    return [spread(rest[3]!, stridesOf(rest, shape), [shape[1]!, shape[2]!])]
  },
}
