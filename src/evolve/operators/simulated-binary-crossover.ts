/**
 * The lower child of simulated binary crossover with bounds (Deb & Agrawal 1995; Deb 2000 for the bounds). For
 * parents a < b, a distribution index η and u uniform in [0, 1):
 *
 *     β = 1 + 2 (a − low) / (b − a),   α = 2 − β^−(η+1)
 *     β_q = (u α)^(1/(η+1))           where u ≤ 1/α
 *         = (1 / (2 − u α))^(1/(η+1))  otherwise
 *     child = ((a + b) − β_q (b − a)) / 2
 *
 * A large η keeps children near their parents; no child lies below `low`.
 */
export function lowerChild(a: number, b: number, low: number, eta: number, u: number): number {
  const power = eta + 1
  const alpha = 2 - (1 + (2 * (a - low)) / (b - a)) ** -power
  const spread = (u <= 1 / alpha ? u * alpha : 1 / (2 - u * alpha)) ** (1 / power)
  return Math.max(low, 0.5 * (a + b - spread * (b - a)))
}

/** The upper child: the lower one of the mirrored line. */
export const upperChild = (a: number, b: number, high: number, eta: number, u: number): number =>
  -lowerChild(-b, -a, -high, eta, u)
