/** Prices of one searchable block: `prices[i][j]` in ms for the i-th kernel and the j-th expansion, both ascending. */
export interface PriceRow {
  readonly block: string
  readonly kernels: readonly number[]
  readonly expansions: readonly number[]
  readonly prices: readonly (readonly number[])[]
  /** The same with squeeze-and-excitation, where the block may have it. */
  readonly squeezed?: readonly (readonly number[])[]
}

/** A block's decisions, each in [0, 1]: hard 0 or 1 for a network, anything between for a gradient. */
export interface BlockDecision {
  /** `kernel[i]` switches from the i-th kernel to the next larger one; nested, one fewer than kernels. */
  readonly kernel: readonly number[]
  /** `expansion[0]` keeps the block at all; `expansion[j]` adds the j-th wider half. As many as expansions. */
  readonly expansion: readonly number[]
  /** Switches squeeze-and-excitation on, where the block may have it. */
  readonly squeeze?: number
}

/**
 * Single-Path NAS's runtime model, generalised to any number of nested kernels and expansions, in ms:
 *
 *     R_ch = d₀·(R[k_max, e₀] + d₁·(R[k_max, e₁] − R[k_max, e₀] + d₂·(…)))
 *     R_se = d₀·(S[e₀] + d₁·(S[e₁] − S[e₀] + d₂·(…))),   S[e] = R[k_max, e, se] − R[k_max, e]
 *     R_b  = R_ch·(ρ₀ + g₁·(ρ₁ − ρ₀ + g₂·(…))) + d_se·R_se,   ρᵢ = R[kᵢ, e_max] / R[k_max, e_max]
 *     R    = fixedMs + Σ R_b
 *
 * Without squeeze-and-excitation it is exact on the largest kernel and on the widest expansion, with it on the
 * largest kernel, and where squeeze-and-excitation costs the same whatever the kernel; it is approximate elsewhere:
 * check a decoded network with the table itself.
 */
export function relaxedLatency(
  fixedMs: number,
  rows: readonly PriceRow[],
  decisions: readonly BlockDecision[],
): number {
  return rows.reduce((sum, row, i) => sum + relaxedBlockLatency(row, decisions[i]!), fixedMs)
}

/** R_b of `relaxedLatency`, in ms. */
export function relaxedBlockLatency(
  row: PriceRow,
  { kernel, expansion, squeeze = 0 }: BlockDecision,
): number {
  const [keep = 1, ...wider] = expansion
  const channels = keep * nested(row.prices.at(-1)!, wider)
  const squeezing = squeeze * keep * nested(squeezePrices(row), wider)
  return channels * nested(kernelRatios(row), kernel) + squeezing
}

/** What squeeze-and-excitation adds to each expansion, at the largest kernel; 0 where a block cannot have it. */
export function squeezePrices({ prices, squeezed }: PriceRow): number[] {
  const plain = prices.at(-1)!
  return plain.map((price, j) => (squeezed ? squeezed.at(-1)![j]! - price : 0))
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

/** The hard decisions that stand for a kernel, an expansion and squeeze-and-excitation, or for skip where all are absent. */
export function decisionsOf(
  row: PriceRow,
  kernel?: number,
  expansion?: number,
  squeeze = false,
): BlockDecision {
  const keep = kernel !== undefined && expansion !== undefined
  return {
    kernel: row.kernels.slice(1).map(k => (keep && k <= kernel ? 1 : 0)),
    expansion: row.expansions.map(e => (keep && e <= expansion ? 1 : 0)),
    ...(row.squeezed && { squeeze: squeeze ? 1 : 0 }),
  }
}
