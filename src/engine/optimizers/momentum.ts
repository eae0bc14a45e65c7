import { attribute, FLOAT } from '../op.js'
import { tf } from '../tensorflow.js'
import { update } from '../variable.js'
import type { Rule } from './optimizer.js'

/** a ← μ·a + g; w ← w − η·a, with Nesterov w ← w − η·(g + μ·a). */
export const momentum = ({ momentum = 0.9, nesterov = false }): Rule => ({
  slots: { accumulator: 0 },
  update: (variable, [accumulator], gradient, { learningRate }) =>
    update(
      'ResourceApplyMomentum',
      [FLOAT, attribute.bool('use_locking', false), attribute.bool('use_nesterov', nesterov)],
      [variable, accumulator!, learningRate, gradient, tf.scalar(momentum)],
    ),
})
