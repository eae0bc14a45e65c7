import { tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'
import type { WasmOperations } from './operation.js'

const number = (scalar: Tensor): number => scalar.dataSync()[0]!

export const crossEntropies: WasmOperations = {
  /** Inputs indices, depth, value at the index, value elsewhere. */
  OneHot: (_, [indices, depth, on, off]) => {
    const ones = tf.cast(tf.oneHot(indices!, number(depth!)), 'float32')
    return [tf.add(tf.mul(ones, tf.sub(on!, off!)), off!)]
  },

  /** Inputs logits and targets, [n, k]; outputs the loss of each row and its gradient in the logits. */
  SoftmaxCrossEntropyWithLogits: (_, [logits, targets]) => {
    const logarithms = tf.logSoftmax(logits!)
    return [tf.neg(tf.sum(tf.mul(targets!, logarithms), 1)), tf.sub(tf.exp(logarithms), targets!)]
  },
}
