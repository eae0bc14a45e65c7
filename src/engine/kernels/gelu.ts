import { tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'

/** x·Φ(x) = x·(1 + erf(x / √2)) / 2; its derivative is Φ(x) + x·exp(−x² / 2) / √(2π). */
export function gelu(x: Tensor): Tensor {
  return tf.customGrad((x, save) => {
    const share = tf.mul(tf.add(tf.erf(tf.mul(x as Tensor, Math.SQRT1_2)), 1), 0.5)
    ;(save as (t: Tensor[]) => void)([x as Tensor, share])
    return {
      value: tf.mul(x as Tensor, share),
      gradFunc: (dy: Tensor, [x, share]: Tensor[]) => {
        const density = tf.mul(tf.exp(tf.mul(tf.square(x!), -0.5)), 1 / Math.sqrt(2 * Math.PI))
        return tf.mul(dy, tf.add(share!, tf.mul(x!, density)))
      },
    }
  })(x)
}
