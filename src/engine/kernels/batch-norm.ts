import { attribute, FLOAT, type operation, operations } from '../op.js'
import { tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'

const common = (epsilon: number) => [
  FLOAT,
  attribute.type('U', 'TF_FLOAT'),
  attribute.float('epsilon', epsilon),
  attribute.string('data_format', 'NHWC'),
]

export interface BatchNormOptions {
  readonly epsilon: number
  /** Weight of the old running statistics in the new ones. */
  readonly momentum: number
  /** Receives the new running mean and (unbiased) variance, to be assigned at once. */
  readonly update: (mean: Tensor, variance: Tensor) => void
}

/**
 * Batch normalization with the statistics of the batch: y = γ·(x − mean(x)) / √(var(x) + ε) + β over all but
 * the last axis. x: [n, h, w, c]; the rest: [c]. Gradients reach x, γ and β.
 */
export function batchNormTraining(
  x: Tensor,
  gamma: Tensor,
  beta: Tensor,
  runningMean: Tensor,
  runningVariance: Tensor,
  { epsilon, momentum, update }: BatchNormOptions,
): Tensor {
  return tf.customGrad((x, gamma, beta, save) => {
    const attributes = [...common(epsilon), attribute.bool('is_training', true)]
    const [y, mean, variance, batchMean, batchVariance, extra] = operations(
      'FusedBatchNormV3',
      [...attributes, attribute.float('exponential_avg_factor', 1 - momentum)],
      [x as Tensor, gamma as Tensor, beta as Tensor, runningMean, runningVariance],
      6,
    ) as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]
    update(mean, variance)
    ;(save as (t: Tensor[]) => void)([x as Tensor, gamma as Tensor, batchMean, batchVariance, extra])
    return {
      value: y,
      gradFunc: (dy: Tensor, saved: Tensor[]) =>
        operations('FusedBatchNormGradV3', attributes, [dy, ...saved], 5).slice(0, 3),
    }
  })(x, gamma, beta)
}

/**
 * Batch normalization with given statistics: y = γ·(x − mean) / √(variance + ε) + β.
 * Gradients are not defined; use it for evaluation.
 */
export const batchNormInference = (
  x: Tensor,
  [gamma, beta, mean, variance]: readonly [Tensor, Tensor, Tensor, Tensor],
  epsilon: number,
): Tensor =>
  operation1of6([...common(epsilon), attribute.bool('is_training', false)], [x, gamma, beta, mean, variance])

function operation1of6(attributes: Parameters<typeof operation>[1], inputs: Tensor[]): Tensor {
  const [y, ...rest] = operations('FusedBatchNormV3', attributes, inputs, 6)
  for (const tensor of rest) tensor.dispose()
  return y!
}
