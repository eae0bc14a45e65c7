import type { Padding } from '../../network/index.js'
import { tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'

export interface PoolOptions {
  readonly kernel: readonly [number, number]
  readonly strides: readonly [number, number]
  readonly padding: Padding
  /** Whether an average counts the padding's zeros. */
  readonly includePadding?: boolean
}

type Pair = [number, number]

const padded = (x: Tensor, [top, bottom, left, right]: Padding, value: number): Tensor =>
  top + bottom + left + right === 0
    ? x
    : tf.pad(
        x,
        [
          [0, 0],
          [top, bottom],
          [left, right],
          [0, 0],
        ],
        value,
      )

/** Largest value of each window; the padding never wins. x: [n, h, w, c]. */
export const maxPool = (x: Tensor, { kernel, strides, padding }: PoolOptions): Tensor =>
  tf.maxPool(
    padded(x, padding, Number.NEGATIVE_INFINITY) as never,
    [...kernel] as Pair,
    [...strides] as Pair,
    'valid',
  )

/** Mean of each window, over all its pixels or over those that are not padding. x: [n, h, w, c]. */
export function averagePool(
  x: Tensor,
  { kernel, strides, padding, includePadding = false }: PoolOptions,
): Tensor {
  const pool = (x: Tensor): Tensor =>
    tf.avgPool(padded(x, padding, 0) as never, [...kernel] as Pair, [...strides] as Pair, 'valid')
  if (includePadding || padding.every(p => p === 0)) return pool(x)
  const [, height, width] = x.shape as [number, number, number, number]
  const [rows, columns] = [
    inverseShares(height, [kernel[0], strides[0]], padding.slice(0, 2)),
    inverseShares(width, [kernel[1], strides[1]], padding.slice(2)),
  ]
  const inverse = rows.flatMap(row => columns.map(column => row * column))
  return tf.mul(pool(x), tf.tensor4d(inverse, [1, rows.length, columns.length, 1]))
}

/**
 * For every window along one axis its size by how much of it is not padding. Numbers rather than a pooled map of ones
 * to divide by: a division by a constant has other bits in a compiled step (`mean` says why).
 */
function inverseShares(
  size: number,
  [kernel, stride]: Pair,
  [before, after]: readonly number[],
): readonly number[] {
  const windows = Math.floor((size + before! + after! - kernel) / stride) + 1
  return Array.from({ length: windows }, (_, i) => {
    const from = i * stride - before!
    return kernel / (Math.min(from + kernel, size) - Math.max(from, 0))
  })
}
