import type { SignKernel } from './sign-kernel.js'
import type { Sums } from './sum-products.js'

const WORD = 32

/** Signs of a kernel's weights, 32 to a word, every filter from a word of its own: [filters, words]. */
export function signWords({ negative, scales }: SignKernel): Int32Array {
  const length = negative.length / scales.length
  const words = Math.ceil(length / WORD)
  const packed = new Int32Array(words * scales.length)
  for (const [i, sign] of negative.entries()) {
    const filter = Math.floor(i / length)
    const k = i % length
    packed[filter * words + (k >> 5)]! |= sign << (k & 31)
  }
  return packed
}

/**
 * Σ ±1·±1 by XNOR and counting: of n pairs, less those beyond the border (0 in `rows`, which signs never are), d differ in sign,
 * and the sum is n − 2d. weights: of `signWords`.
 */
export function sumSigns(
  weights: Int32Array,
  { rows, positions, length, from, to, sums, filters }: Sums,
): void {
  const words = Math.ceil(length / WORD)
  const [signs, inside] = [new Int32Array(words), new Int32Array(words)]
  for (let p = 0; p < positions; p++) {
    signs.fill(0)
    inside.fill(0)
    let pairs = 0
    for (let k = 0; k < length; k++) {
      const value = rows[p * length + k]!
      if (value === 0) continue
      pairs++
      inside[k >> 5]! |= 1 << (k & 31)
      if (value < 0) signs[k >> 5]! |= 1 << (k & 31)
    }
    for (let filter = from; filter < to; filter++) {
      let differ = 0
      for (let word = 0; word < words; word++)
        differ += bitCount((signs[word]! ^ weights[filter * words + word]!) & inside[word]!)
      sums[p * filters + filter] = pairs - 2 * differ
    }
  }
}

/** Ones of a 32-bit word, summed in pairs, nibbles, bytes. */
function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
