import { type Tensor, tf } from '../../engine/index.js'
import { EXPONENT_BITS } from '../exponent-bits.js'
import { roundToPower, topPower } from '../power-of-two.js'
import type { Scheme } from '../scheme.js'
import { straightThrough } from '../straight-through.js'

/** Sign and exponent of a term. */
export const TERM_BITS = 1 + EXPONENT_BITS

/**
 * LightNN-k (Ding et al. 2017): Q₀ = 0, Qₖ(w) = Qₖ₋₁(w) + R(w − Qₖ₋₁(w)): one shift a weight, or two and a sum. Exponents are
 * those of the layer's largest weight and 7 below.
 */
export const lightnnScheme = (terms: 1 | 2): Scheme => ({
  name: `lightnn-${terms}`,
  peType: `lightpe-${terms}`,
  ...{ activationBits: 8, weightBits: TERM_BITS * terms, steps: 'power-of-two', firstLast: 'quantized' },
  terms,
  quantize: kernel => ({ value: straightThrough(kernel, kernel => sumOfPowers(kernel, terms)) }),
  bits: ({ data }) => TERM_BITS * terms * data.length,
})

/** Qₖ of a kernel. */
function sumOfPowers(kernel: Tensor, terms: number): Tensor {
  const top = topPower(kernel)
  let sum = roundToPower(kernel, top)
  for (let term = 1; term < terms; term++)
    sum = tf.add(sum, roundToPower(tf.sub(kernel, sum), top, { drop: true }))
  return sum
}
