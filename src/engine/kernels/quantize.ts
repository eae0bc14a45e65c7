import { tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'

/**
 * Rounds to integers of `bits` bits times `step` ([1]), halves to the even one; values beyond them become the outermost.
 * The gradient passes straight through where x is not beyond (the straight-through estimator).
 */
export const quantize = (x: Tensor, step: Tensor, bits: number): Tensor =>
  tf.customGrad((x, save) => {
    const [lowest, highest] = [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1]
    const whole = tf.round(tf.div(x as Tensor, step)) as Tensor
    ;(save as (t: Tensor[]) => void)([whole])
    return {
      value: tf.mul(tf.clipByValue(whole, lowest, highest), step) as Tensor,
      gradFunc: (dy: Tensor, [whole]: Tensor[]) => tf.mul(dy, within(whole!, lowest, highest)) as Tensor,
    }
  })(x)

/**
 * 1 where x ≥ 0, −1 elsewhere. The gradient is that of hardtanh: it passes straight through where |x| ≤ 1.
 */
export const sign = (x: Tensor): Tensor =>
  tf.customGrad((x, save) => {
    ;(save as (t: Tensor[]) => void)([x as Tensor])
    const positive = tf.cast(tf.greaterEqual(x as Tensor, 0), 'float32')
    return {
      value: tf.sub(tf.mul(positive, 2), 1) as Tensor,
      gradFunc: (dy: Tensor, [x]: Tensor[]) => tf.mul(dy, within(x!, -1, 1)) as Tensor,
    }
  })(x)

/** 1 where lowest ≤ x ≤ highest, else 0. */
const within = (x: Tensor, lowest: number, highest: number): Tensor =>
  tf.cast(tf.logicalAnd(tf.greaterEqual(x, lowest), tf.lessEqual(x, highest)), 'float32')
