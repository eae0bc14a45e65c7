import { indicator, type Tensor, tf } from '../../engine/index.js'
import type { Block } from '../space/space.js'

/**
 * One block's superkernel: the depthwise kernel [k, k, 1, C] of the largest choice, from which every candidate is
 * cut. `shells[i]` marks the pixels that the i-th kernel adds to the one before, `groups[j]` the channels that the
 * j-th expansion adds. Masks are plain rows of 0 and 1, fed to the engine as constants.
 */
export interface Superkernel {
  readonly block: Block
  /** Kernels × k². */
  readonly shells: Float32Array
  /** C × expansions. */
  readonly groups: Float32Array
  readonly size: number
  readonly channels: number
}

export function superkernel(block: Block): Superkernel {
  const size = block.kernels.at(-1)!
  // As `mbconv` rounds them.
  const widths = block.expansions.map(expansion => Math.round(expansion * block.inFilters))
  const channels = widths.at(-1)!
  const shells = block.kernels.flatMap((kernel, i) => {
    const inner = block.kernels[i - 1] ?? 0
    return Array.from({ length: size * size }, (_, pixel) => {
      const distance = Math.max(
        Math.abs(Math.floor(pixel / size) - (size - 1) / 2),
        Math.abs((pixel % size) - (size - 1) / 2),
      )
      return distance <= (kernel - 1) / 2 && distance > (inner - 1) / 2 ? 1 : 0
    })
  })
  const groups = Array.from({ length: channels }, (_, channel) =>
    widths.map((width, j) => (channel >= (widths[j - 1] ?? 0) && channel < width ? 1 : 0)),
  ).flat()
  return { block, shells: Float32Array.from(shells), groups: Float32Array.from(groups), size, channels }
}

/** What decides a block: norms of its parts against thresholds. */
export interface Thresholds {
  /** One per kernel after the smallest. */
  readonly kernel: Tensor
  /** One per expansion; the first decides whether the block is kept at all. */
  readonly expansion: Tensor
  /** Of squeeze-and-excitation, where the block may have it: [1]. */
  readonly squeeze?: Tensor
}

/** Factor on each decision, in the shapes of the thresholds: all ones, or the masks of decision dropout. */
export type Keep = Thresholds

export interface GateOptions {
  /** Norm of each part at the start: the indicator compares ‖·‖ / reference with the threshold. */
  readonly reference: { readonly kernel: readonly number[]; readonly expansion: readonly number[] }
  readonly temperature: number
  readonly keep?: Keep
}

export interface Gated {
  /** The superkernel with the pixels of the candidate's kernel, [k, k, 1, C]: w′. */
  readonly kernel: Tensor
  /** Cumulative product of the decisions: [kernels], the first 1. */
  readonly kernelGates: Tensor
  /** Cumulative product of the decisions: [expansions]; all 0 where the block is skipped. */
  readonly expansionGates: Tensor
  /** Whether the block is there: [1]. */
  readonly blockGate: Tensor
  /** Of every channel of a block that is there: [C]; expansionGates = blockGate · those of its channels. */
  readonly channelGates: Tensor
  /** Whether there is squeeze-and-excitation, where there may be: [1]. */
  readonly squeezeGate?: Tensor
  /** ‖·‖ / reference − threshold of each decision. */
  readonly margins: Thresholds
}

/**
 * Cuts the candidate out of a superkernel (Single-Path NAS, eq. 3–6, for any nested kernels and expansions):
 *
 *     w′ = w_inner + 1(‖w_shell‖ ≥ t)·(w_shell + …)                 over kernels
 *     w″ = 1(‖w′_first‖ ≥ t₀)·(w′_first + 1(‖w′_second‖ ≥ t₁)·(…))  over channels, t₀ only where skipping is allowed
 *
 * The factors over channels are returned by themselves, for the block's outputs (`gatedOutputs`): a batch norm behind
 * w″ would undo any factor but 0, and with it the gradient. Differentiable in the kernel and in the thresholds.
 */
export function gate(
  superkernel: Superkernel,
  kernel: Tensor,
  thresholds: Thresholds,
  { reference, temperature, keep }: GateOptions,
): Gated {
  const { block, shells, groups, size, channels } = superkernel
  const { kernels, expansions, canSkip } = block
  const shellMasks = tf.tensor2d(shells, [kernels.length, size * size])
  const groupMasks = tf.tensor2d(groups, [channels, expansions.length])
  // Not a division: a graph would turn one by a constant into this product, and round otherwise than eagerly.
  const decide = (norms: Tensor, reference: readonly number[], threshold: Tensor) =>
    tf.sub(tf.mul(norms, tf.tensor1d(reference.map(norm => 1 / norm))), threshold)
  const masked = (decision: Tensor, kept?: Tensor) => (kept ? tf.mul(decision, kept) : decision)
  const one = tf.ones([1])

  const flat = tf.reshape(kernel, [size * size, channels])
  const energy = tf.matMul(shellMasks, tf.square(flat) as never)
  const shellNorms = norm(tf.sum(tf.slice(energy, [1, 0]), 1))
  const kernelMargin = decide(shellNorms, reference.kernel, thresholds.kernel)
  const kernelDecisions = indicator(kernelMargin, temperature)
  const nested = (decisions: Tensor) => cumulative(tf.concat([one, decisions] as never))
  const kernelGates = nested(masked(kernelDecisions, keep?.kernel))

  const inside = tf.sum(tf.mul(energy, tf.reshape(nested(kernelDecisions), [-1, 1])), 0, true)
  const groupNorms = norm(tf.reshape(tf.matMul(inside as never, groupMasks), [-1]))
  const expansionMargin = decide(groupNorms, reference.expansion, thresholds.expansion)
  const decisions = masked(indicator(expansionMargin, temperature), keep?.expansion)
  const blockGate = canSkip ? tf.slice(decisions, [0], [1]) : one
  const widths = nested(tf.slice(decisions, [1]))

  return {
    kernel: gatedKernel(superkernel, flat, kernelGates),
    kernelGates,
    expansionGates: tf.mul(blockGate, widths),
    blockGate,
    channelGates: channelGates(superkernel, widths),
    margins: { kernel: kernelMargin, expansion: expansionMargin },
  }
}

/** A superkernel with every shell of pixels scaled by its gate. flat: [k², C]; gates: [kernels]; result: [k, k, 1, C]. */
export function gatedKernel(
  { block, shells, size, channels }: Superkernel,
  flat: Tensor,
  gates: Tensor,
): Tensor {
  const masks = tf.tensor2d(shells, [block.kernels.length, size * size])
  const pixels = tf.matMul(tf.reshape(gates, [1, -1]) as never, masks)
  return tf.reshape(tf.mul(flat, tf.reshape(pixels, [-1, 1])), [size, size, 1, channels])
}

/** The gate of every channel, from those of the groups that the expansions add: gates [expansions], result [C]. */
export function channelGates({ block, groups, channels }: Superkernel, gates: Tensor): Tensor {
  const masks = tf.tensor2d(groups, [channels, block.expansions.length])
  return tf.reshape(tf.matMul(masks, tf.reshape(gates, [-1, 1]) as never), [-1])
}

/**
 * What the decisions over channels make of a block's outputs, by layer: channels that are cut are 0 behind the
 * activation of the depthwise convolution, and a block that is skipped adds 0.
 */
export function gatedOutputs(
  { name, canSkip }: Block,
  { channelGates, blockGate }: Pick<Gated, 'channelGates' | 'blockGate'>,
): readonly (readonly [string, (output: Tensor) => Tensor])[] {
  const channels = tf.reshape(channelGates, [1, 1, 1, -1])
  return [
    [`${name}/depthwise_act`, output => tf.mul(output, channels)],
    ...(canSkip ? [[`${name}/project_bn`, (output: Tensor) => tf.mul(output, blockGate)] as const] : []),
  ]
}

/** √x, guarded where x is 0: the norm's gradient is 0 there. */
const norm = (squares: Tensor): Tensor => tf.sqrt(tf.add(squares, 1e-12))

/** [g₀, g₀·g₁, g₀·g₁·g₂, …] of a short vector. */
function cumulative(gates: Tensor): Tensor {
  let product = tf.slice(gates, [0], [1])
  const products = [product]
  for (let i = 1; i < gates.shape[0]!; i++) {
    product = tf.mul(product, tf.slice(gates, [i], [1]))
    products.push(product)
  }
  return products.length === 1 ? product : tf.concat(products as never)
}

/** Norms of a kernel's parts: the reference of `gate`, taken at the start of a search. */
export function partNorms(
  { shells, groups, size, channels, block }: Superkernel,
  kernel: Float32Array,
): GateOptions['reference'] {
  const pixels = size * size
  const sum = (mask: (pixel: number, channel: number) => number) => {
    let total = 0
    for (let pixel = 0; pixel < pixels; pixel++) {
      for (let c = 0; c < channels; c++) total += mask(pixel, c) * kernel[pixel * channels + c]! ** 2
    }
    return Math.sqrt(total)
  }
  return {
    kernel: block.kernels.slice(1).map((_, i) => sum(pixel => shells[(i + 1) * pixels + pixel]!)),
    expansion: block.expansions.map((_, j) => sum((_, c) => groups[c * block.expansions.length + j]!)),
  }
}
