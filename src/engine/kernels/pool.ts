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
  const share = pool(tf.ones([1, x.shape[1]!, x.shape[2]!, 1]))
  return tf.div(pool(x), share)
}
