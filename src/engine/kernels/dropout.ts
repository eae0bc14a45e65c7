import { tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'
import { type Draw, statelessUniform } from './stateless-uniform.js'

/**
 * Zeroes each value with probability `rate` and scales the others by 1 / (1 − rate). The mask is a function of
 * seed, step (int32 scalars) and name alone.
 */
export function dropout(x: Tensor, rate: number, draw: Draw): Tensor {
  const uniform = statelessUniform(x.shape, draw)
  const mask = tf.mul(tf.cast(tf.greaterEqual(uniform, rate), 'float32'), 1 / (1 - rate))
  return tf.mul(x, mask)
}
