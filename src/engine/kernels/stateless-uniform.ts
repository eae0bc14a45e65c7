import { random } from '../../random.js'
import { attribute, operation } from '../op.js'
import { tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'

/** What a draw is a function of: seed and step (int32 scalars), and a name. */
export interface Draw {
  readonly seed: Tensor
  readonly step: Tensor
  readonly name: string
}

/** Uniform values in [0, 1), of `shape`, as a function of the draw alone. */
export function statelessUniform(shape: readonly number[], { seed, step, name }: Draw): Tensor {
  const own = tf.scalar(random(0, 'dropout', name).integer(2 ** 31), 'int32')
  const key = tf.stack([tf.add(seed, own), step])
  return operation(
    'StatelessRandomUniform',
    [
      attribute.type('dtype', 'TF_FLOAT'),
      attribute.type('T', 'TF_INT32'),
      attribute.type('Tseed', 'TF_INT32'),
    ],
    [tf.tensor1d([...shape], 'int32'), key],
  )
}
