import type { PriceRow } from '../../cost/index.js'
import { kernelRatios, squeezePrices } from '../../cost/index.js'
import { type Tensor, tf } from '../../engine/index.js'
import type { Gated } from './superkernel.js'

/** The numbers of a differentiable price: what each further decision of each block adds. */
export interface PriceIncrements {
  /** Stem, fixed blocks and head. */
  readonly fixed: number
  /** Blocks × expansions: R[k_max, e₀], then R[k_max, eⱼ] − R[k_max, eⱼ₋₁]; 0 beyond a block's own. */
  readonly expansions: readonly (readonly number[])[]
  /** Blocks × kernels: ρ₀, then ρᵢ − ρᵢ₋₁; 0 beyond a block's own. */
  readonly kernels: readonly (readonly number[])[]
  /** Blocks × expansions: S[e₀], then S[eⱼ] − S[eⱼ₋₁] of squeeze-and-excitation; only where a block may have it. */
  readonly squeezes?: readonly (readonly number[])[]
}

export function priceIncrements(fixed: number, rows: readonly PriceRow[]): PriceIncrements {
  return {
    fixed,
    expansions: padded(rows.map(({ prices }) => steps(prices.at(-1)!))),
    kernels: padded(rows.map(row => steps(kernelRatios(row)))),
    ...(rows.some(({ squeezed }) => squeezed) && {
      squeezes: padded(rows.map(row => steps(squeezePrices(row)))),
    }),
  }
}

/**
 * Single-Path NAS's runtime model on tensors, so that it has a gradient in every decision:
 * R = fixed + Σ_b ((Σⱼ Δexpansionⱼ·gateⱼ)·(Σᵢ Δkernelᵢ·gateᵢ) + d_se·Σⱼ Δsqueezeⱼ·gateⱼ), with the gates of `gate`
 * (cumulative products).
 * The same as `relaxedLatency` of the cost room on plain numbers. Scalar.
 */
export function expectedPrice(
  { fixed, expansions, kernels, squeezes }: PriceIncrements,
  gated: readonly Pick<Gated, 'kernelGates' | 'expansionGates' | 'squeezeGate'>[],
): Tensor {
  const stacked = (gates: Tensor[], width: number) =>
    tf.stack(gates.map(gate => tf.pad(gate, [[0, width - gate.shape[0]!]]))) as Tensor
  const blocks = (increments: readonly (readonly number[])[], gates: Tensor[]) => {
    const table = tf.tensor2d(increments.map(row => [...row]))
    return tf.sum(tf.mul(table, stacked(gates, table.shape[1])), 1)
  }
  const expansionGates = gated.map(({ expansionGates }) => expansionGates)
  const channels = blocks(expansions, expansionGates)
  const ratios = blocks(
    kernels,
    gated.map(({ kernelGates }) => kernelGates),
  )
  const plain = tf.add(tf.sum(tf.mul(channels, ratios)), fixed) as Tensor
  if (!squeezes) return plain
  const none = tf.zeros([1])
  const decisions = tf.concat(gated.map(({ squeezeGate }) => squeezeGate ?? none) as never) as Tensor
  return tf.add(plain, tf.sum(tf.mul(blocks(squeezes, expansionGates), decisions)))
}

const steps = (values: readonly number[]) => values.map((value, i) => value - (values[i - 1] ?? 0))

function padded(rows: readonly (readonly number[])[]): number[][] {
  const width = Math.max(...rows.map(row => row.length))
  return rows.map(row => [...row, ...Array<number>(width - row.length).fill(0)])
}
