/** Prices of one searchable block: `prices[i][j]` in ms for the i-th kernel and the j-th expansion, both ascending. */
export interface PriceRow {
  readonly block: string
  readonly kernels: readonly number[]
  readonly expansions: readonly number[]
  readonly prices: readonly (readonly number[])[]
}

/** A block's decisions, each in [0, 1]: hard 0 or 1 for a network, anything between for a gradient. */
export interface BlockDecision {
  /** `kernel[i]` switches from the i-th kernel to the next larger one; nested, one fewer than kernels. */
  readonly kernel: readonly number[]
  /** `expansion[0]` keeps the block at all; `expansion[j]` adds the j-th wider half. As many as expansions. */
  readonly expansion: readonly number[]
}

/**
 * Single-Path NAS's runtime model, generalised to any number of nested kernels and expansions, in ms:
 *
 *     R_ch = d₀·(R[k_max, e₀] + d₁·(R[k_max, e₁] − R[k_max, e₀] + d₂·(…)))
 *     R_b  = R_ch·(ρ₀ + g₁·(ρ₁ − ρ₀ + g₂·(…))),   ρᵢ = R[kᵢ, e_max] / R[k_max, e_max]
 *     R    = fixedMs + Σ R_b
 *
 * It is exact on the largest kernel and on the widest expansion and approximate elsewhere: check a decoded
 * network with the table itself.
 */
export function relaxedLatency(
  fixedMs: number,
  rows: readonly PriceRow[],
  decisions: readonly BlockDecision[],
): number {
  return rows.reduce((sum, row, i) => sum + relaxedBlockLatency(row, decisions[i]!), fixedMs)
}

/** R_b of `relaxedLatency`, in ms. */
export function relaxedBlockLatency(row: PriceRow, { kernel, expansion }: BlockDecision): number {
  const largestKernel = row.prices.at(-1)!
  const [keep = 1, ...wider] = expansion
  const channels = keep * nested(largestKernel, wider)
  return channels * nested(kernelRatios(row), kernel)
}

/** ρᵢ: the price of each kernel relative to the largest, at the widest expansion. */
export function kernelRatios({ prices }: PriceRow): number[] {
  const largest = prices.at(-1)!.at(-1)!
  return prices.map(row => row.at(-1)! / largest)
}

/** v₀ + g₁·(v₁ − v₀ + g₂·(v₂ − v₁ + …)) */
function nested(values: readonly number[], gates: readonly number[]): number {
  let product = 1
  let sum = values[0]!
  for (let i = 1; i < values.length; i++) {
    product *= gates[i - 1]!
    sum += product * (values[i]! - values[i - 1]!)
  }
  return sum
}

/** The hard decisions that stand for kernel `kernel` and expansion `expansion`, or for skip where both are absent. */
export function decisionsOf(row: PriceRow, kernel?: number, expansion?: number): BlockDecision {
  const keep = kernel !== undefined && expansion !== undefined
  return {
    kernel: row.kernels.slice(1).map(k => (keep && k <= kernel ? 1 : 0)),
    expansion: row.expansions.map(e => (keep && e <= expansion ? 1 : 0)),
  }
}
