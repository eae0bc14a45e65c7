import type { Operator } from './operator.js'
import { polynomialMutation } from './polynomial-mutation.js'
import { lowerChild, upperChild } from './simulated-binary-crossover.js'

/** Rounding from half a step beyond the bounds gives the outermost numbers the weight of the others. */
const HALF = 0.5
const nearest = (value: number, low: number, high: number) => Math.min(high, Math.max(low, Math.round(value)))

/** Simulated binary crossover of whole numbers a < b: its children rounded. */
export const integerChildren = (
  a: number,
  b: number,
  { low, high }: { readonly low: number; readonly high: number },
  eta: number,
  u: number,
): readonly [number, number] => [
  nearest(lowerChild(a, b, low - HALF, eta, u), low, high),
  nearest(upperChild(a, b, high + HALF, eta, u), low, high),
]

/** Polynomial mutation rounded; where that leads back to x, a step of one (creep) in its direction, or away from a bound. */
export function integerMutation(x: number, low: number, high: number, eta: number, u: number): number {
  const mutated = nearest(polynomialMutation(x, low - HALF, high + HALF, eta, u), low, high)
  if (mutated !== x) return mutated
  const step = u < 0.5 ? -1 : 1
  return x + step < low || x + step > high ? x - step : x + step
}

/** Whole numbers, and the indices of ordered lists: the operators of real numbers, rounded. */
export const integer: Operator = Object.freeze({
  cross(one, other, i, domain, eta, stream) {
    const a = Math.min(one[i]!, other[i]!)
    const b = Math.max(one[i]!, other[i]!)
    if (a === b) return
    const [lower, upper] = integerChildren(a, b, domain, eta, stream.uniform())
    const exchanged = stream.uniform() < 0.5
    one[i] = exchanged ? upper : lower
    other[i] = exchanged ? lower : upper
  },
  mutate: (value, { low, high }, eta, stream) => integerMutation(value, low, high, eta, stream.uniform()),
} satisfies Operator)
