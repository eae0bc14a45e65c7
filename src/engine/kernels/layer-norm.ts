import { tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'

/**
 * Layer normalization over the last axis: y = γ·(x − mean(x)) / √(var(x) + ε) + β.
 * x: [n, …, c]; gamma, beta: [c]. Gradients reach all three.
 */
export function layerNorm(x: Tensor, gamma: Tensor, beta: Tensor, epsilon: number): Tensor {
  const centred = tf.sub(x, tf.mean(x, -1, true))
  const variance = tf.mean(tf.square(centred), -1, true)
  const normal = tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon)))
  return tf.add(tf.mul(normal, gamma), beta)
}
