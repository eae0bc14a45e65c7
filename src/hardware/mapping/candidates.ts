/** 1, 2, 3, 4, 6, 8, 12, 16, … : a power of two or three times one. */
const isSmooth = (value: number): boolean =>
  (value & (value - 1)) === 0 || (value % 3 === 0 && isPower(value / 3))
const isPower = (value: number): boolean => (value & (value - 1)) === 0

/**
 * How many PE sets a dimension of `size` may be spread over, up to `most`: its divisors, and smooth numbers up to
 * it; ascending. What is listed does not depend on `most`, so that a larger array has every choice of a smaller one.
 */
export function spreads(size: number, most: number): Int32Array {
  const list: number[] = []
  const limit = Math.min(size, most)
  for (let value = 1; value <= limit; value++) if (size % value === 0 || isSmooth(value)) list.push(value)
  return Int32Array.from(list)
}

/** The different ⌈size/k⌉ for k = 1, 2, … that are no larger than `most`, descending: cuts into equal parts. */
export function parts(size: number, most: number): Int32Array {
  const list: number[] = []
  let part = Math.min(size, most)
  while (part >= 1) {
    const count = Math.ceil(size / part)
    const equal = Math.ceil(size / count)
    list.push(equal)
    part = equal - 1
  }
  return Int32Array.from(list)
}
