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

/**
 * The largest of the different ⌈size/k⌉, k = 1, 2, …, that is no larger than `most`; 0 when `most` is. From one to
 * the next by `largestPart(size, part − 1)`: cuts into equal parts.
 */
export function largestPart(size: number, most: number): number {
  if (most < 1) return 0
  return most >= size ? size : Math.ceil(size / Math.ceil(size / most))
}
