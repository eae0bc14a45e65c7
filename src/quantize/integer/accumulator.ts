import { NetworkError } from '../../errors.js'
import type { KernelCodes } from './kernel-values.js'
import { termOf } from './power-kernel.js'

/** Whole numbers of float64 are exact with as many bits, sign included. */
const MOST_BITS = 54

/**
 * Bits, sign included, in which every partial sum of a kernel with any feature map of `bits` bits fits, in whatever order it
 * is taken: those of max over filters of Σ|q_w| · max|q_x|, terms counted each.
 * Throws NetworkError, naming the layer, where that is more than 32, or 54 of integer kernels.
 */
export function accumulatorBits(layer: string, codes: KernelCodes, bits: number): number {
  const most = largestSum(codes) * (bits === 1 ? 1 : 2 ** (bits - 1))
  const needed = 1 + Math.floor(Math.log2(Math.max(1, most))) + 1
  const held = codes.kind === 'integers' ? MOST_BITS : 32
  if (needed <= held) return needed
  throw new NetworkError(
    `layer "${layer}": its sums need an accumulator of ${needed} bits, and ${held} are exact here; take a scheme of fewer bits`,
  )
}

/** Largest Σ|q_w| of a filter. */
function largestSum(codes: KernelCodes): number {
  const count = codes.shape.at(-1)!
  if (codes.kind === 'signs') return codes.negative.length / count
  if (codes.kind === 'integers') {
    const size = codes.integers.length / count
    return mostOf(codes.integers, Array<number>(count).fill(size), Math.abs)
  }
  const size = codes.shape.slice(0, -1).reduce((product, length) => product * length, 1)
  return mostOf(
    codes.codes,
    Array.from(codes.terms, terms => terms * size),
    code => Math.abs(termOf(code)),
  )
}

/** Largest sum of sizes over runs of values. */
function mostOf(
  values: Float32Array | Uint8Array,
  lengths: readonly number[],
  size: (value: number) => number,
): number {
  let [at, most] = [0, 0]
  for (const length of lengths) {
    let sum = 0
    for (const end = at + length; at < end; at++) sum += size(values[at]!)
    most = Math.max(most, sum)
  }
  return most
}
