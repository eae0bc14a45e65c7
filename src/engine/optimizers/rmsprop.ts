import { attribute, FLOAT } from '../op.js'
import { tf } from '../tensorflow.js'
import { update } from '../variable.js'
import type { Rule } from './optimizer.js'

/** s ← ρ·s + (1 − ρ)·g²; m ← μ·m + η·g / √(s + ε); w ← w − m. */
export const rmsprop = ({ decay = 0.9, momentum = 0.9, epsilon = 1e-3 }): Rule => ({
  slots: { square: 0, momentum: 0 },
  update: (variable, [square, moment], gradient, { learningRate }) =>
    update(
      'ResourceApplyRMSProp',
      [FLOAT, attribute.bool('use_locking', false)],
      [
        variable,
        square!,
        moment!,
        learningRate,
        ...[decay, momentum, epsilon].map(value => tf.scalar(value)),
        gradient,
      ],
    ),
})
