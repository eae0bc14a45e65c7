import { mean, sign, type Tensor, tf } from '../../engine/index.js'
import { perFilter } from '../per-filter.js'
import type { Scheme } from '../scheme.js'
import { roundSignificand } from '../significand.js'
import { straightThrough } from '../straight-through.js'

/**
 * Signs of weights and of feature maps, sign(0) = 1. `scaled`: times the mean of |w| of the filter (XNOR-Net's α), to 16
 * significant bits; its gradient is followed too. Feature maps are not scaled.
 */
export const binaryScheme = (scaled: boolean): Scheme => ({
  name: scaled ? 'binary-scaled' : 'binary',
  ...{ activationBits: 1, weightBits: 1, steps: 'any', firstLast: 'float', clips: true },
  quantize: kernel => ({ value: scaled ? tf.mul(sign(kernel), meanSize(kernel)) : sign(kernel) }),
  bits: ({ data }) => data.length,
})

const meanSize = (kernel: Tensor): Tensor =>
  straightThrough(mean(tf.abs(kernel), perFilter(kernel), true), roundSignificand)
