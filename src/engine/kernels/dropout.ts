import { random } from '../../random.js'
import { attribute, operation } from '../op.js'
import { tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'

/**
 * Zeroes each value with probability `rate` and scales the others by 1 / (1 − rate). The mask is a function of
 * seed, step and name alone.
 */
export function dropout(
  x: Tensor,
  rate: number,
  { seed, step, name }: { readonly seed: number; readonly step: number; readonly name: string },
): Tensor {
  const key = tf.tensor1d([random(seed, 'dropout', name).integer(2 ** 31), step], 'int32')
  const uniform = operation(
    'StatelessRandomUniform',
    [
      attribute.type('dtype', 'TF_FLOAT'),
      attribute.type('T', 'TF_INT32'),
      attribute.type('Tseed', 'TF_INT32'),
    ],
    [tf.tensor1d(x.shape, 'int32'), key],
  )
  const mask = tf.mul(tf.cast(tf.greaterEqual(uniform, rate), 'float32'), 1 / (1 - rate))
  return tf.mul(x, mask)
}
