/** A feature map in integers: x = step · integers. */
export interface Integers {
  readonly integers: Int16Array
  readonly step: number
}

/** The nearest whole number, halves to the even one. Exact for all of float64. */
export function roundHalfEven(x: number): number {
  const below = Math.floor(x)
  const rest = x - below
  return rest < 0.5 || (rest === 0.5 && below % 2 === 0) ? below : below + 1
}

/** min(max(round(x / step), −2^(bits − 1)), 2^(bits − 1) − 1), or with 1 bit the sign, 1 at 0. */
export function toIntegers(x: Float64Array, bits: number, step: number): Int16Array {
  const integers = new Int16Array(x.length)
  const [lowest, highest] = [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1]
  for (let i = 0; i < x.length; i++)
    integers[i] =
      bits === 1 ? (x[i]! >= 0 ? 1 : -1) : Math.min(Math.max(roundHalfEven(x[i]! / step), lowest), highest)
  return integers
}
