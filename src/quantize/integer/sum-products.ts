/** What a sum over rows reads and writes: `positions` rows of `length` integers, and some filters of a kernel. */
export interface Sums {
  readonly rows: Int16Array
  readonly positions: number
  readonly length: number
  /** The first filter and the one after the last. */
  readonly from: number
  readonly to: number
  /** [positions, filters of the whole kernel]: integers. */
  readonly sums: Float64Array
  readonly filters: number
}

/** Σ q_w·q_x in 32-bit integers. weights: q_w, filter after filter. The sums must fit in 32 bits. */
export function sumProducts(weights: Int16Array, { rows, positions, length, ...rest }: Sums): void {
  const { from, to, sums, filters } = rest
  const blocks = positions & ~3
  for (let p = 0; p < blocks; p += 4) {
    const [a, b, c, d] = [p * length, (p + 1) * length, (p + 2) * length, (p + 3) * length]
    for (let filter = from; filter < to; filter++) {
      const at = filter * length
      let [sumA, sumB, sumC, sumD] = [0, 0, 0, 0]
      for (let k = 0; k < length; k++) {
        const weight = weights[at + k]!
        sumA = (sumA + Math.imul(weight, rows[a + k]!)) | 0
        sumB = (sumB + Math.imul(weight, rows[b + k]!)) | 0
        sumC = (sumC + Math.imul(weight, rows[c + k]!)) | 0
        sumD = (sumD + Math.imul(weight, rows[d + k]!)) | 0
      }
      const to = p * filters + filter
      sums[to] = sumA
      sums[to + filters] = sumB
      sums[to + 2 * filters] = sumC
      sums[to + 3 * filters] = sumD
    }
  }
  for (let p = blocks; p < positions; p++)
    for (let filter = from; filter < to; filter++) {
      let sum = 0
      for (let k = 0; k < length; k++)
        sum = (sum + Math.imul(weights[filter * length + k]!, rows[p * length + k]!)) | 0
      sums[p * filters + filter] = sum
    }
}

/** The same for sums that need more than 32 bits, in float64: whole numbers are exact up to 2^53. */
export function sumWideProducts(weights: Int16Array, { rows, positions, length, ...rest }: Sums): void {
  const { from, to, sums, filters } = rest
  for (let p = 0; p < positions; p++)
    for (let filter = from; filter < to; filter++) {
      let sum = 0
      for (let k = 0; k < length; k++) sum += weights[filter * length + k]! * rows[p * length + k]!
      sums[p * filters + filter] = sum
    }
}
