import type { Weight } from '../../network/index.js'
import { type IntegerKernel, integerValues } from './integer-kernel.js'
import { type PowerKernel, powerValues } from './power-kernel.js'
import { type SignKernel, signValues } from './sign-kernel.js'

/**
 * A quantized kernel as what a processing element reads. Codes stand filter after filter, a filter's in the order of height,
 * width and input channel.
 */
export type KernelCodes = IntegerKernel | PowerKernel | SignKernel

/** The float32 numbers that codes stand for. */
export function kernelValues(codes: KernelCodes): Weight {
  const filters =
    codes.kind === 'integers'
      ? integerValues(codes)
      : codes.kind === 'powers'
        ? powerValues(codes)
        : signValues(codes)
  const { shape } = codes
  const count = shape.at(-1)!
  const size = filters.length / count
  const data = new Float32Array(filters.length)
  for (let filter = 0; filter < count; filter++)
    for (let i = 0; i < size; i++) data[i * count + filter] = filters[filter * size + i]!
  return { shape, data }
}
