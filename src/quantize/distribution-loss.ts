import { mean as meanOf, type Tensor, tf } from '../engine/index.js'
import type { DistributionForm } from './quantize-config.js'

/** How many deviations the means of the paper's form keep from what they should not be. */
export const DEGENERATION = 1
export const SATURATION = 0.25
export const MISMATCH = 0.25

/** Smallest variance whose root is taken: the gradient stays finite where all values of a channel are equal. */
const LEAST_VARIANCE = 1e-12

/**
 * The distribution loss of BNN-DL (Ding et al. 2019) on what a sign reads: [n, …, channels] → scalar, the mean over channels
 * of, with their mean μ and deviation σ over everything else and (x)₊ = max(x, 0),
 *
 *     paper: (|μ| − σ)₊² + (σ / 4 − 1)₊² + (1 − |μ| − σ / 4)₊²
 *     repo:  (2 − |μ| − σ)₊² + (σ − 4)₊² + (μ² − σ²)₊
 *
 * degeneration (all values of one sign), saturation (most beyond ±1, where no gradient passes) and gradient mismatch (most
 * near 0). All are exactly 0 over a band of shapes.
 */
export function distributionLoss(x: Tensor, form: DistributionForm): Tensor {
  const { mean, deviation } = channelMoments(x)
  const parts = form === 'paper' ? paper(tf.abs(mean), deviation) : repo(mean, deviation)
  return meanOf(
    parts.reduce((sum, part) => tf.add(sum, part)),
    [0],
  )
}

/** μ and σ of every channel, over all other axes. */
function channelMoments(x: Tensor): { readonly mean: Tensor; readonly deviation: Tensor } {
  const flat = tf.reshape(x, [-1, x.shape.at(-1)!])
  const mean = meanOf(flat, [0])
  const variance = meanOf(tf.square(tf.sub(flat, mean)), [0])
  return { mean, deviation: tf.sqrt(tf.maximum(variance, LEAST_VARIANCE)) }
}

const above = (x: Tensor): Tensor => tf.relu(x)
const squaredAbove = (x: Tensor): Tensor => tf.square(above(x))

const paper = (size: Tensor, deviation: Tensor): Tensor[] => [
  squaredAbove(tf.sub(size, tf.mul(deviation, DEGENERATION))),
  squaredAbove(tf.sub(tf.mul(deviation, SATURATION), 1)),
  squaredAbove(tf.sub(tf.sub(1, size), tf.mul(deviation, MISMATCH))),
]

const repo = (mean: Tensor, deviation: Tensor): Tensor[] => [
  squaredAbove(tf.sub(tf.sub(2, tf.abs(mean)), deviation)),
  squaredAbove(tf.sub(deviation, 4)),
  above(tf.sub(tf.square(mean), tf.square(deviation))),
]
