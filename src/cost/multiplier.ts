/**
 * The multiplier λ of one price in the loss, found while searching: the integral of how far the price is above its
 * target, on a log scale, and a part that follows the distance at once.
 */
export interface Multiplier {
  readonly integral: number
  readonly lambda: number
}

export const NO_MULTIPLIER: Multiplier = { integral: 0, lambda: 0 }

export interface MultiplierGains {
  /** Of the distance itself. */
  readonly proportional: number
  /** Of its sum over steps. */
  readonly integral: number
}

/**
 * One step of dual ascent on ln(price / target) with a proportional term (a PI controller):
 * I ← max(least, I + k_i·e), λ = max(least, I + k_p·e), e = ln(price / target). `least` is 0 for a bound, under which any
 * price is as good as another, and −∞ for a target that is to be held from both sides.
 */
export function updateMultiplier(
  { integral }: Multiplier,
  price: number,
  target: number,
  gains: MultiplierGains,
  least = 0,
): Multiplier {
  const error = Math.log(price / target)
  const next = Math.max(least, integral + gains.integral * error)
  return { integral: next, lambda: Math.max(least, next + gains.proportional * error) }
}

/**
 * The target of a step: it moves from the price at the start to the bound, evenly on a log scale, in the first
 * `ramp` of the constrained steps. Decisions then fall one after the other, the least useful first, instead of all
 * at once.
 */
export function targetAt(
  share: number,
  { start, bound, ramp }: { start: number; bound: number; ramp: number },
): number {
  const done = ramp > 0 ? Math.min(1, share / ramp) : 1
  return start <= bound ? bound : start ** (1 - done) * bound ** done
}
