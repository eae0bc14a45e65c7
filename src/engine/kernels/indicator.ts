import { tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'

/**
 * The indicator 1(margin ≥ 0) with a usable gradient: forward the hard step, backward the derivative of
 * sigmoid(margin / temperature) (straight-through).
 */
export function indicator(margin: Tensor, temperature: number): Tensor {
  return tf.customGrad((margin, save) => {
    ;(save as (t: Tensor[]) => void)([margin as Tensor])
    return {
      value: tf.cast(tf.greaterEqual(margin as Tensor, 0), 'float32'),
      gradFunc: (dy: Tensor, [margin]: Tensor[]) => {
        const sigmoid = tf.sigmoid(tf.mul(margin!, 1 / temperature))
        return tf.mul(dy, tf.mul(tf.mul(sigmoid, tf.sub(1, sigmoid)), 1 / temperature))
      },
    }
  })(margin)
}
