import { random } from '../../random.js'
import { attribute, operation } from '../op.js'
import { tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'

/**
 * Zeroes each value with probability `rate` and scales the others by 1 / (1 − rate). The mask is a function of
 * seed, step (int32 scalars) and name alone.
 */
export function dropout(
  x: Tensor,
  rate: number,
  { seed, step, name }: { readonly seed: Tensor; readonly step: Tensor; readonly name: string },
): Tensor {
  const own = tf.scalar(random(0, 'dropout', name).integer(2 ** 31), 'int32')
  const key = tf.stack([tf.add(seed, own), step])
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
