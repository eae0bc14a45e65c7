/** w = ±α with a scale α of each filter. */
export interface SignKernel {
  readonly kind: 'signs'
  readonly shape: readonly number[]
  /** 1 where a weight is negative, else 0. */
  readonly negative: Uint8Array
  /** α: [filters]. */
  readonly scales: Float32Array
}

/** Signs and scales of weights, filter after filter. Undefined where those of a filter are not of one size. */
export function signKernel(shape: readonly number[], weights: Float32Array): SignKernel | undefined {
  const count = shape.at(-1)!
  const size = weights.length / count
  const scales = Float32Array.from({ length: count }, (_, filter) => Math.abs(weights[filter * size]!))
  if (!weights.every((weight, i) => Math.abs(weight) === scales[Math.floor(i / size)])) return undefined
  const negative = Uint8Array.from(weights, weight => (weight < 0 || Object.is(weight, -0) ? 1 : 0))
  return { kind: 'signs', shape, negative, scales }
}

/** The weights, filter after filter. */
export function signValues({ negative, scales }: SignKernel): Float32Array {
  const size = negative.length / scales.length
  return Float32Array.from(negative, (sign, i) => (sign ? -1 : 1) * scales[Math.floor(i / size)]!)
}
