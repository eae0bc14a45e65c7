import { NetworkError } from '../../errors.js'
import type { Weight } from '../../network/index.js'
import type { SchemeName } from '../scheme.js'
import { schemes } from '../schemes/schemes.js'
import { integerKernel } from './integer-kernel.js'
import { type KernelCodes, kernelValues } from './kernel-values.js'
import { powerKernel } from './power-kernel.js'
import { signKernel } from './sign-kernel.js'

/**
 * The codes of a layer's kernel, whose float32 numbers are on a scheme's grid. `kernelValues` gives the same bits back.
 * Throws NetworkError, naming the layer, where they are not on the grid.
 */
export function kernelCodes(layer: string, { shape, data }: Weight, scheme: SchemeName): KernelCodes {
  const { terms, activationBits, weightBits, steps } = schemes[scheme]
  const filters = byFilter({ shape, data })
  const codes = terms
    ? powerKernel(shape, filters)
    : activationBits === 1
      ? signKernel(shape, filters)
      : integerKernel(shape, filters, { bits: weightBits, steps })
  const same = codes && sameBits(kernelValues(codes).data, data)
  const more = scheme === 'binary' && codes?.kind === 'signs' && codes.scales.some(scale => scale !== 1)
  if (codes === undefined || !same || more)
    throw new NetworkError(
      `layer "${layer}": its weights are not on the grid of ${scheme}; quantize the network by that scheme first`,
    )
  return codes
}

/** Values with the last axis first. */
function byFilter({ shape, data }: Weight): Float32Array {
  const count = shape.at(-1)!
  const size = data.length / count
  const filters = new Float32Array(data.length)
  for (let i = 0; i < size; i++)
    for (let filter = 0; filter < count; filter++) filters[filter * size + i] = data[i * count + filter]!
  return filters
}

/** Tells −0 from 0. */
const sameBits = (a: Float32Array, b: Float32Array): boolean => a.every((value, i) => Object.is(value, b[i]))
