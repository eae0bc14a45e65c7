import { indicator, type Tensor, tf } from '../../engine/index.js'
import type { Weights } from '../../network/index.js'
import type { Block } from '../space/space.js'

/** Names of the kernels of a block's squeeze-and-excitation: what its decision takes the norm of. */
export const squeezeKernels = ({ name }: Block): readonly string[] => [
  `${name}/se_reduce/kernel`,
  `${name}/se_expand/kernel`,
]

/** Norm of the kernels of a block's squeeze-and-excitation: the reference of `decideSqueeze`. */
export function squeezeNorm(block: Block, weights: Weights): number {
  let sum = 0
  for (const name of squeezeKernels(block)) for (const w of weights[name]!.data) sum += w * w
  return Math.sqrt(sum)
}

/**
 * Whether a block has squeeze-and-excitation: 1(‖its kernels‖ / reference ≥ t), with the gradient of `indicator`;
 * `keep` is the draw of decision dropout. gate and margin: [1].
 */
export function decideSqueeze(
  kernels: readonly Tensor[],
  threshold: Tensor,
  { reference, temperature, keep }: { reference: number; temperature: number; keep?: Tensor },
): { gate: Tensor; margin: Tensor } {
  const energy = kernels.map(kernel => tf.sum(tf.square(kernel))).reduce((a, b) => tf.add(a, b))
  const norm = tf.mul(tf.sqrt(tf.add(energy, 1e-12)), 1 / reference)
  const margin = tf.sub(tf.reshape(norm, [1]), threshold)
  const decision = indicator(margin, temperature)
  return { gate: keep ? tf.mul(decision, keep) : decision, margin }
}

/**
 * What stands in for the factors of a block's squeeze-and-excitation while its decision is d:
 *
 *     y = x · (1 + d · (SE(x) − 1))
 *
 * x has its cut channels at 0 already (`gatedOutputs`). By name of the layer.
 */
export const squeezeOutputs = (
  { name }: Block,
  squeezeGate: Tensor,
): readonly (readonly [string, (output: Tensor) => Tensor])[] => [
  [`${name}/se_gate`, factors => tf.add(tf.mul(tf.sub(factors, 1), squeezeGate), 1)],
]
