import { tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'

/**
 * Mean over `axes` (not negative), which stay as sizes of 1 where `keepDims`: the sum times the reciprocal of how many
 * they are. TensorFlow makes a division by a constant such a product when it optimizes a graph, and rounds it
 * otherwise: with a division here, value and gradient of an eager step would differ from a compiled one's.
 */
export function mean(x: Tensor, axes: readonly number[], keepDims = false): Tensor {
  return tf.customGrad(x => {
    const { shape } = x as Tensor
    const share = 1 / axes.reduce((product, axis) => product * shape[axis]!, 1)
    const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
    return {
      value: tf.mul(tf.sum(x as Tensor, [...axes], keepDims), share),
      gradFunc: (dy: Tensor) => tf.mul(tf.reshape(dy, kept), tf.fill(shape, share)) as Tensor,
    }
  })(x)
}
