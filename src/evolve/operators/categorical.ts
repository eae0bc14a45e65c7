import type { Operator } from './operator.js'

/** Values without an order: the parents' are exchanged (uniform crossover); mutation draws any other. */
export const categorical: Operator = Object.freeze({
  cross(one, other, i) {
    const value = one[i]!
    one[i] = other[i]!
    other[i] = value
  },
  mutate(value, { low, high }, _eta, stream) {
    const drawn = low + stream.integer(high - low)
    return drawn < value ? drawn : drawn + 1
  },
} satisfies Operator)
