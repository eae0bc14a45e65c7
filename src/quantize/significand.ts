import { type Tensor, tf } from '../engine/index.js'

/** Significant bits of scales: with 8 more of an integer the product is exact in float32. */
export const SCALE_BITS = 16

/** x to the nearest number of 16 significant bits (Veltkamp's splitting: float32 has 24). */
export function roundSignificand(x: Tensor): Tensor {
  const raised = tf.mul(x, 2 ** (24 - SCALE_BITS) + 1) as Tensor
  return tf.sub(raised, tf.sub(raised, x))
}
