import { NEGATIVE, type PowerKernel } from './power-kernel.js'
import type { Sums } from './sum-products.js'

/** A kernel's terms as a shifting element reads them: [Σ terms of a filter's weights], filter after filter. */
export interface Shifts {
  readonly shifts: Uint8Array
  /** −1 where a term is negative, else 0: (x ^ sign) − sign is ±x. */
  readonly signs: Int8Array
  readonly terms: Uint8Array
  /** Where a filter's terms begin. */
  readonly starts: Int32Array
}

export function shiftsOf({ codes, terms, shape }: PowerKernel): Shifts {
  const size = shape.slice(0, -1).reduce((product, length) => product * length, 1)
  const starts = new Int32Array(terms.length)
  for (let filter = 1; filter < terms.length; filter++)
    starts[filter] = starts[filter - 1]! + size * terms[filter - 1]!
  return {
    shifts: codes.map(code => code & (NEGATIVE - 1)),
    signs: Int8Array.from(codes, code => (code & NEGATIVE ? -1 : 0)),
    ...{ terms, starts },
  }
}

/** Σ ±(q_x << shift): shifts and sums alone, in 32-bit integers. The sums must fit. */
export function sumShifts(kernel: Shifts, { rows, positions, length, from, to, sums, filters }: Sums): void {
  const { shifts, signs, terms, starts } = kernel
  const blocks = positions & ~3
  for (let p = 0; p < positions; p += p < blocks ? 4 : 1) {
    const block = p < blocks
    const a = p * length
    for (let filter = from; filter < to; filter++) {
      const count = terms[filter]!
      const target = p * filters + filter
      let [sumA, sumB, sumC, sumD] = [0, 0, 0, 0]
      for (let term = 0; term < count; term++) {
        let at = starts[filter]! + term
        if (block)
          for (let k = a; k < a + length; k++, at += count) {
            const [shift, sign] = [shifts[at]!, signs[at]!]
            sumA = (sumA + (((rows[k]! << shift) ^ sign) - sign)) | 0
            sumB = (sumB + (((rows[k + length]! << shift) ^ sign) - sign)) | 0
            sumC = (sumC + (((rows[k + 2 * length]! << shift) ^ sign) - sign)) | 0
            sumD = (sumD + (((rows[k + 3 * length]! << shift) ^ sign) - sign)) | 0
          }
        else
          for (let k = a; k < a + length; k++, at += count) {
            const [shift, sign] = [shifts[at]!, signs[at]!]
            sumA = (sumA + (((rows[k]! << shift) ^ sign) - sign)) | 0
          }
      }
      sums[target] = sumA
      if (block) {
        sums[target + filters] = sumB
        sums[target + 2 * filters] = sumC
        sums[target + 3 * filters] = sumD
      }
    }
  }
}
