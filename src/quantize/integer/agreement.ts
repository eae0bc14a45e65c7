/** How far a network's outputs by integers are from those by float32. */
export interface Agreement {
  readonly images: number
  /** Images whose largest output is the same. */
  readonly sameClass: number
  /** Largest difference of an output, and the largest output of float32, by size. */
  readonly largestDifference: number
  readonly largestOutput: number
  /** Images of which some output is off by more than 10⁻⁴ of the largest: there a value midway was rounded apart. */
  readonly apart: number
}

/** Beyond this share of the largest output it is not float32's rounding. */
const ROUNDING = 1e-4

/** exact, float: [images, classes], of the same images. */
export function agreement(
  exact: Float64Array,
  float: ArrayLike<number> & Iterable<number>,
  classes: number,
): Agreement {
  const images = exact.length / classes
  const largestOutput = Array.from(float, Math.abs).reduce((most, value) => Math.max(most, value), 0)
  let [sameClass, largestDifference, apart] = [0, 0, 0]
  for (let image = 0; image < images; image++) {
    const from = image * classes
    const all = Array.from({ length: classes }, (_, c) => from + c)
    const off = all.reduce((most, i) => Math.max(most, Math.abs(exact[i]! - float[i]!)), 0)
    largestDifference = Math.max(largestDifference, off)
    if (!(off <= ROUNDING * largestOutput)) apart++
    if (largest(all, exact) === largest(all, float)) sameClass++
  }
  return { images, sameClass, largestDifference, largestOutput, apart }
}

const largest = (indices: readonly number[], values: ArrayLike<number>): number =>
  indices.reduce((best, i) => (values[i]! > values[best]! ? i : best))
