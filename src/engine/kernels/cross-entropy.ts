import { attribute, FLOAT, operation, operations } from '../op.js'
import { tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'

/**
 * Mean softmax cross-entropy of a batch with smoothed labels: the target is 1 − s + s/k for the label's class
 * and s/k for the others. logits: [n, k]; labels: [n] int32; result: scalar. The gradient reaches the logits.
 */
export function softmaxCrossEntropy(logits: Tensor, labels: Tensor, smoothing = 0): Tensor {
  return tf.customGrad((logits, save) => {
    const [n, k] = (logits as Tensor).shape as [number, number]
    const off = smoothing / k
    const targets = operation(
      'OneHot',
      [FLOAT, attribute.int('axis', -1), attribute.type('TI', 'TF_INT32')],
      [labels, tf.scalar(k, 'int32'), tf.scalar(1 - smoothing + off), tf.scalar(off)],
    )
    const [losses, gradient] = operations(
      'SoftmaxCrossEntropyWithLogits',
      [FLOAT],
      [logits as Tensor, targets],
      2,
    )
    ;(save as (t: Tensor[]) => void)([gradient!])
    return {
      value: tf.mean(losses!),
      gradFunc: (dy: Tensor, saved: Tensor[]) => tf.mul(saved[0]!, tf.div(dy, n)),
    }
  })(logits)
}
