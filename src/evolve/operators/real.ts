import type { Operator } from './operator.js'
import { polynomialMutation } from './polynomial-mutation.js'
import { lowerChild, upperChild } from './simulated-binary-crossover.js'

/** Simulated binary crossover, its children to either side by a coin; polynomial mutation. */
export const real: Operator = Object.freeze({
  cross(one, other, i, { low, high }, eta, stream) {
    const a = Math.min(one[i]!, other[i]!)
    const b = Math.max(one[i]!, other[i]!)
    if (a === b) return
    const u = stream.uniform()
    const lower = lowerChild(a, b, low, eta, u)
    const upper = upperChild(a, b, high, eta, u)
    const exchanged = stream.uniform() < 0.5
    one[i] = exchanged ? upper : lower
    other[i] = exchanged ? lower : upper
  },
  mutate: (value, { low, high }, eta, stream) => polynomialMutation(value, low, high, eta, stream.uniform()),
} satisfies Operator)
