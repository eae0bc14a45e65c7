import { tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'

/**
 * exp(x − max x) / Σ exp(x − max x) of a vector [k], of elementary operations: a graph takes another library for
 * TensorFlow's own softmax than the eager runtime does, and rounds otherwise.
 */
export function softmax(x: Tensor): Tensor {
  return tf.customGrad((x, save) => {
    const shifted = tf.exp(tf.sub(x as Tensor, tf.max(x as Tensor)))
    const y = tf.div(shifted, tf.sum(shifted)) as Tensor
    ;(save as (t: Tensor[]) => void)([y])
    return {
      value: y,
      gradFunc: (dy: Tensor, [y]: Tensor[]) => tf.mul(tf.sub(dy, tf.sum(tf.mul(dy, y!))), y!),
    }
  })(x)
}
