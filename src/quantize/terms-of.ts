import type { Weight } from '../network/index.js'

/**
 * Powers of two that a filter's weights are sums of: 0 where all are 0, 1 where none needs more than one, else 2. The
 * kernel must be on the grid of sums of two.
 */
export function termsOf({ shape, data }: Weight): Int32Array {
  const filters = shape.at(-1)!
  const terms = new Int32Array(filters)
  for (const [i, value] of data.entries()) {
    const needed = value === 0 ? 0 : isPower(Math.abs(value)) ? 1 : 2
    const filter = i % filters
    if (needed > terms[filter]!) terms[filter] = needed
  }
  return terms
}

/** Whether a positive number is 2ᵉ. */
const isPower = (value: number): boolean => 2 ** Math.round(Math.log2(value)) === value
