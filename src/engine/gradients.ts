import { tf } from './tensorflow.js'
import type { Tensor } from './types.js'

/**
 * Value of a scalar loss and its gradient with respect to each of `inputs`, tensors that `loss` reads. An input
 * that the loss does not depend on gets zeros. To be called within tf.tidy.
 */
export function gradients(
  loss: () => Tensor,
  inputs: readonly Tensor[],
): { value: Tensor; gradients: Tensor[] } {
  const { value, grads } = tf.engine().gradients(loss as never, [...inputs], undefined, true)
  return { value, gradients: grads.map((gradient, i) => gradient ?? tf.zerosLike(inputs[i]!)) }
}
