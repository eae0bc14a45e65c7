import { tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'

/** Output channel j·groups + g is channel j of group g. x: [n, h, w, c]. */
export function channelShuffle(x: Tensor, groups: number): Tensor {
  const [n, h, w, c] = x.shape as [number, number, number, number]
  const split = tf.reshape(x, [n * h * w, groups, c / groups])
  return tf.reshape(tf.transpose(split, [0, 2, 1]), [n, h, w, c])
}
