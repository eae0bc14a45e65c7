/**
 * Polynomial mutation with bounds (Deb & Goyal 1996, the bounded form of Deb's later code). For u uniform in [0, 1)
 * and Δ = high − low:
 *
 *     δ = (2u + (1 − 2u) (1 − (x − low)/Δ)^(η+1))^(1/(η+1)) − 1          where u < ½
 *       = 1 − (2(1 − u) + (2u − 1) (1 − (high − x)/Δ)^(η+1))^(1/(η+1))   otherwise
 *     x' = x + δ Δ
 *
 * Half of the mass lies on each side of x, however near a bound it is.
 */
export function polynomialMutation(x: number, low: number, high: number, eta: number, u: number): number {
  const span = high - low
  const power = eta + 1
  const delta =
    u < 0.5
      ? (2 * u + (1 - 2 * u) * (1 - (x - low) / span) ** power) ** (1 / power) - 1
      : 1 - (2 * (1 - u) + (2 * u - 1) * (1 - (high - x) / span) ** power) ** (1 / power)
  return Math.min(high, Math.max(low, x + delta * span))
}
