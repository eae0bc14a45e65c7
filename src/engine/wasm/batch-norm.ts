import { tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'
import type { Attributes, WasmOperations } from './operation.js'

type Shape4 = [number, number, number, number]

/** Mean of each channel, [n, h, w, c] → [c]. The backend's pooling adds up ten times faster than its sums. */
function channelMeans(x: Tensor): Tensor {
  const [n, h, w, c] = x.shape as Shape4
  const images = h * w === 1 ? x : tf.avgPool(x as never, [h, w], 1, 'valid')
  return tf.mean(tf.reshape(images, [n, c]), 0)
}

const inverseDeviation = (variance: Tensor, { epsilon }: Attributes): Tensor =>
  tf.rsqrt(tf.add(variance, epsilon as number))

/** y = (x − mean)·γ/√(variance + ε) + β */
const normalised = (centred: Tensor, gamma: Tensor, beta: Tensor, inverse: Tensor): Tensor =>
  tf.add(tf.mul(centred, tf.mul(gamma, inverse)), beta)

export const batchNorms: WasmOperations = {
  /** Inputs x, γ, β, mean, variance; outputs y and, when training, the new mean and variance and the batch's. */
  FusedBatchNormV3: (attributes, [x, gamma, beta, mean, variance]) => {
    if (!attributes['is_training'])
      return [normalised(tf.sub(x!, mean!), gamma!, beta!, inverseDeviation(variance!, attributes))]
    const batchMean = channelMeans(x!)
    const centred = tf.sub(x!, batchMean)
    const batchVariance = channelMeans(tf.square(centred))
    const y = normalised(centred, gamma!, beta!, inverseDeviation(batchVariance, attributes))
    const count = x!.size / x!.shape[3]!
    const factor = attributes['exponential_avg_factor'] as number
    const moved = (old: Tensor, now: Tensor, share: number) =>
      tf.add(tf.mul(old, 1 - factor), tf.mul(now, factor * share))
    return [
      y,
      moved(mean!, batchMean, 1),
      moved(variance!, batchVariance, count / Math.max(1, count - 1)),
      batchMean,
      batchVariance,
      tf.scalar(0),
    ]
  },

  /**
   * Inputs dy, x, γ and the batch's mean and variance; outputs the gradients in x, γ and β. With x̂ = (x − mean)/σ:
   * dx = γ/σ·(dy − mean(dy) − x̂·mean(dy·x̂)), dγ = Σ dy·x̂, dβ = Σ dy.
   */
  FusedBatchNormGradV3: (attributes, [dy, x, gamma, mean, variance]) => {
    const count = x!.size / x!.shape[3]!
    const inverse = inverseDeviation(variance!, attributes)
    const centred = tf.sub(x!, mean!)
    const shift = channelMeans(dy!)
    const slope = tf.mul(channelMeans(tf.mul(dy!, centred)), inverse)
    const rest = tf.sub(tf.sub(dy!, shift), tf.mul(centred, tf.mul(slope, inverse)))
    return [tf.mul(rest, tf.mul(gamma!, inverse)), tf.mul(slope, count), tf.mul(shift, count)]
  },
}
