/** w = s·q with a step s of each filter. */
export interface IntegerKernel {
  readonly kind: 'integers'
  readonly shape: readonly number[]
  /** Integers reach from −(2^(bits − 1) − 1) to 2^(bits − 1) − 1. */
  readonly bits: number
  /** q of every weight, −0 where the weight is. */
  readonly integers: Float32Array
  /** s: [filters]. */
  readonly scales: Float32Array
}

interface Grid {
  readonly bits: number
  readonly steps: 'power-of-two' | 'any'
}

/**
 * Integers and steps of weights that are multiples of them, filter after filter: the largest of a filter is m·s, m =
 * 2^(bits − 1) − 1, or s the smallest power of two with max|w| < (m + ½)·s; 1 where all are 0. Undefined where a quotient is
 * no integer from −m to m.
 */
export function integerKernel(
  shape: readonly number[],
  weights: Float32Array,
  { bits, steps }: Grid,
): IntegerKernel | undefined {
  const most = 2 ** (bits - 1) - 1
  const count = shape.at(-1)!
  const size = weights.length / count
  const [integers, scales] = [new Float32Array(weights.length), new Float32Array(count)]
  for (let filter = 0; filter < count; filter++) {
    const own = weights.subarray(filter * size, (filter + 1) * size)
    const peak = own.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0)
    const step = peak === 0 ? 1 : steps === 'any' ? Math.fround(peak / most) : powerStep(peak, most + 0.5)
    scales[filter] = step
    for (let i = 0; i < size; i++) {
      const integer = own[i]! / step
      if (!Number.isInteger(integer) || Math.abs(integer) > most) return undefined
      integers[filter * size + i] = integer
    }
  }
  return { kind: 'integers', shape, bits, integers, scales }
}

/** The smallest power of two with peak < reach·s. */
function powerStep(peak: number, reach: number): number {
  let step = 2 ** Math.floor(Math.log2(peak / reach))
  while (peak >= reach * step) step *= 2
  while (peak < (reach * step) / 2) step /= 2
  return step
}

/** The weights, filter after filter. */
export function integerValues({ integers, scales }: IntegerKernel): Float32Array {
  const size = integers.length / scales.length
  return integers.map((integer, i) => integer * scales[Math.floor(i / size)]!)
}
