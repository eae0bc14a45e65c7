import { type Tensor, tf } from '../../src/engine/index.js'
import type { Padding } from '../../src/network/index.js'

export interface Window {
  readonly kernel: readonly [number, number]
  readonly strides: readonly [number, number]
  readonly padding: Padding
  readonly dilations?: readonly [number, number]
}

/** For each place of a kernel, row by row, the pixels of x it falls on: [n, h', w', c]. */
export function windows(x: Tensor, { kernel, strides, padding, dilations = [1, 1] }: Window, fill = 0) {
  const [top, bottom, left, right] = padding
  const edges: [number, number][] = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]
  const padded = tf.pad(x, edges, fill)
  const along = (axis: 0 | 1, at: number) => {
    const extent = dilations[axis] * (kernel[axis] - 1) + 1
    const length = Math.floor((padded.shape[axis + 1]! - extent) / strides[axis]) + 1
    const from = at * dilations[axis]
    return tf.tensor1d(
      Array.from({ length }, (_, i) => from + i * strides[axis]),
      'int32',
    )
  }
  return Array.from({ length: kernel[0] * kernel[1] }, (_, place) => {
    const rows = tf.gather(padded, along(0, Math.floor(place / kernel[1])), 1)
    return tf.gather(rows, along(1, place % kernel[1]), 2)
  })
}

/** A convolution as a sum of matrix products, one for each place of the kernel and group of channels. */
export function plainConv2d(x: Tensor, filter: Tensor, options: Omit<Window, 'kernel'>): Tensor {
  const [kh, kw, depth, filters] = filter.shape as [number, number, number, number]
  const groups = x.shape.at(-1)! / depth
  const taps = windows(x, { ...options, kernel: [kh, kw] })
  const places = tf.reshape(filter, [kh * kw, depth, filters])
  const products = taps.map((tap, at) => {
    const [n, h, w] = tap.shape as [number, number, number]
    const parts = Array.from({ length: groups }, (_, group) => {
      const channels = tf.slice(tap, [0, 0, 0, group * depth], [n, h, w, depth])
      const kernel = tf.slice(places, [at, 0, (group * filters) / groups], [1, depth, filters / groups])
      return tf.matMul(tf.reshape(channels, [-1, depth]), tf.reshape(kernel, [depth, -1])) as Tensor
    })
    return tf.reshape(tf.concat(parts, 1), [n, h, w, filters])
  })
  return tf.addN(products)
}

/** A depthwise convolution as a sum of products, one for each place of the kernel. */
export function plainDepthwiseConv2d(x: Tensor, filter: Tensor, options: Omit<Window, 'kernel'>): Tensor {
  const [kh, kw, , channels] = filter.shape as [number, number, number, number]
  const places = tf.reshape(filter, [kh * kw, channels])
  const products = windows(x, { ...options, kernel: [kh, kw] }).map(
    (tap, at) => tf.mul(tap, tf.slice(places, [at, 0], [1, channels])) as Tensor,
  )
  return tf.addN(products)
}

/** The largest of each window; padding is smaller than any value. */
export const plainMaxPool = (x: Tensor, window: Window): Tensor =>
  tf.max(tf.stack(windows(x, window, -1e9)), 0)

/** The mean of each window over the pixels of x that it covers. */
export function plainAveragePool(x: Tensor, window: Window): Tensor {
  const covered = tf.addN(windows(tf.onesLike(x), window))
  return tf.div(tf.addN(windows(x, window)), covered)
}
