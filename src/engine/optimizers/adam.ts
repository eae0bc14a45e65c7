import { attribute, FLOAT } from '../op.js'
import { tf } from '../tensorflow.js'
import { update } from '../variable.js'
import type { Rule } from './optimizer.js'

/**
 * m ← β₁·m + (1 − β₁)·g; v ← β₂·v + (1 − β₂)·g²; w ← w − η·√(1 − β₂ᵗ)/(1 − β₁ᵗ)·m / (√v + ε)
 * (Kingma and Ba, ε outside of the bias correction as TensorFlow has it).
 */
export const adam = ({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 }): Rule => ({
  slots: { m: 0, v: 0 },
  update: (variable, [m, v], gradient, { learningRate, count }) => {
    const [first, second, guard] = [beta1, beta2, epsilon].map(value => tf.scalar(value))
    const powers = [first!, second!].map(beta => tf.pow(beta, count))
    update(
      'ResourceApplyAdam',
      [FLOAT, attribute.bool('use_locking', false), attribute.bool('use_nesterov', false)],
      [variable, m!, v!, ...powers, learningRate, first!, second!, guard!, gradient],
    )
  },
})
