import { type Tensor, tf } from '../../engine/index.js'
import { InputError } from '../../errors.js'
import { perFilter } from '../per-filter.js'
import { anyPowerBelow } from '../power-of-two.js'
import type { Scheme } from '../scheme.js'
import { roundSignificand } from '../significand.js'
import { straightThrough } from '../straight-through.js'

type Parts = Pick<Scheme, 'name' | 'steps'> & {
  readonly peType: NonNullable<Scheme['peType']>
  readonly weightBits: number
  readonly activationBits: number
}

/**
 * Integers from −m to m, m = 2^(bits − 1) − 1, times a step of each filter: w = s·clip(round(w / s)). s is max|w| / m to 16
 * significant bits, so that the multiples are exact in float32; or the smallest power of two that reaches.
 * Throws InputError for widths that are no integers of 2 to 16 bits, or of 8 or 16 of feature maps.
 */
export function integerScheme({ weightBits, activationBits, steps, ...parts }: Parts): Scheme {
  if (!Number.isInteger(weightBits) || weightBits < 2 || weightBits > 16)
    throw new InputError(`scheme ${parts.name}: weights have 2 to 16 bits, got ${weightBits}`)
  if (activationBits !== 8 && activationBits !== 16)
    throw new InputError(`scheme ${parts.name}: feature maps have 8 or 16 bits, got ${activationBits}`)
  const most = 2 ** (weightBits - 1) - 1
  const stepOf = steps === 'any' ? finestStep : powerStep
  return {
    ...parts,
    ...{ weightBits, activationBits, steps, firstLast: 'quantized' },
    quantize: kernel => ({
      value: straightThrough(kernel, kernel => {
        const step = stepOf(tf.max(tf.abs(kernel), perFilter(kernel), true), most)
        return tf.mul(tf.clipByValue(tf.round(tf.div(kernel, step)), -most, most), step)
      }),
    }),
    bits: ({ data }) => weightBits * data.length,
  }
}

/** A filter without a weight above this is 0: steps that are any number have the range of those that are powers. */
const SMALLEST_PEAK = 2 ** -63

/** Largest weight / m; 1 for a filter that is 0. */
function finestStep(peak: Tensor, most: number): Tensor {
  const isZero = tf.cast(tf.less(peak, SMALLEST_PEAK), 'float32')
  return tf.add(tf.mul(roundSignificand(tf.mul(peak, 1 / most)), tf.sub(1, isZero)), isZero)
}

/** The smallest power of two s with max|w| < (m + ½)·s. */
const powerStep = (peak: Tensor, most: number): Tensor =>
  tf.mul(anyPowerBelow(tf.mul(peak, 1 / (most + 0.5))), 2)
