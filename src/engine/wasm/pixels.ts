import type { Tensor } from '../types.js'
import { copyBlock, type Layout, layoutOf, unwritten, zeros } from './heap.js'

type Pair = readonly [number, number]
type Shape4 = [number, number, number, number]

/** Every sh-th row and every sw-th column of a layout [n, h, w, c]. */
const sparse = ({ first, steps: [image, row, column, channel] }: Layout, [sh, sw]: Pair): Layout => ({
  first,
  steps: [image!, row! * sh, column! * sw, channel!],
})

/** Every sh-th row and sw-th column: [n, h, w, c] → [n, ⌈h / sh⌉, ⌈w / sw⌉, c]. */
export function subsampled(x: Tensor, strides: Pair): Tensor {
  const [n, h, w, c] = x.shape as Shape4
  const y = unwritten([n, Math.ceil(h / strides[0]), Math.ceil(w / strides[1]), c])
  copyBlock(sparse(layoutOf(x), strides), layoutOf(y), y.shape)
  return y
}

/** Zeros between the pixels, so that `subsampled` gives them back: [n, h, w, c] → [n, …size, c]. */
export function spread(
  x: Tensor,
  strides: Pair,
  size: Pair = [(x.shape[1]! - 1) * strides[0] + 1, (x.shape[2]! - 1) * strides[1] + 1],
): Tensor {
  const y = zeros([x.shape[0]!, ...size, x.shape[3]!])
  copyBlock(layoutOf(x), sparse(layoutOf(y), strides), x.shape)
  return y
}
