import { tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'
import { mean } from './mean.js'

/**
 * Layer normalization over the last axis: y = γ·(x − mean(x)) / √(var(x) + ε) + β.
 * x: [n, …, c]; gamma, beta: [c]. Gradients reach all three.
 */
export function layerNorm(x: Tensor, gamma: Tensor, beta: Tensor, epsilon: number): Tensor {
  const last = [x.rank - 1]
  const centred = tf.sub(x, mean(x, last, true))
  const variance = mean(tf.square(centred), last, true)
  const normal = tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon)))
  return tf.add(tf.mul(normal, gamma), beta)
}
