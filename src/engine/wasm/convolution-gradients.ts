import { tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'
import { across, backward, convolve, type Geometry } from './geometry.js'
import { spread } from './pixels.js'

type Pair = readonly [number, number]
type Shape = [number, number, number, number]

const sizeOf = ({ shape }: Tensor): Pair => [shape[1]!, shape[2]!]

const spreadOut = (dy: Tensor, { strides }: Geometry): Tensor =>
  strides[0] === 1 && strides[1] === 1 ? dy : spread(dy, strides)

/** Gradient of a convolution in its input: dy spread by the strides, convolved with the filter turned round. */
export function inputGradient(dy: Tensor, filter: Tensor, size: Pair, geometry: Geometry): Tensor {
  const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2])
  return convolve(
    'Conv2D',
    spreadOut(dy, geometry),
    turned,
    backward(geometry, sizeOfFilter(filter), size, sizeOf(dy)),
  )
}

/** The same for a depthwise one, filter [kh, kw, c, 1]. */
export function depthwiseInputGradient(dy: Tensor, filter: Tensor, size: Pair, geometry: Geometry): Tensor {
  return convolve(
    'DepthwiseConv2dNative',
    spreadOut(dy, geometry),
    tf.reverse(filter, [0, 1]),
    backward(geometry, sizeOfFilter(filter), size, sizeOf(dy)),
  )
}

const sizeOfFilter = ({ shape }: Tensor): Pair => [shape[0]!, shape[1]!]

/**
 * Gradient of a convolution in its filter, [kh, kw, in, out]: x with images and channels changed round, convolved
 * with dy as the filter.
 */
export function filterGradient(x: Tensor, dy: Tensor, kernel: Pair, geometry: Geometry): Tensor {
  if (isPointwise(kernel, geometry)) return pointwiseFilterGradient(x, dy)
  const gradient = convolve(
    'Conv2D',
    tf.transpose(x, [3, 1, 2, 0]),
    tf.transpose(dy, [1, 2, 0, 3]),
    across(geometry, kernel, sizeOf(x), sizeOf(dy)),
  )
  return tf.transpose(gradient, [1, 2, 0, 3])
}

const isPointwise = ([kh, kw]: Pair, { strides, padding }: Geometry): boolean =>
  kh * kw === 1 && strides[0] * strides[1] === 1 && padding.every(pixels => pixels === 0)

/**
 * The same for a 1×1 convolution, where x and dy may change places: the one with fewer channels is the filter, which
 * the backend rearranges at some cost.
 */
function pointwiseFilterGradient(x: Tensor, dy: Tensor): Tensor {
  const swapped = dy.shape[3]! > x.shape[3]!
  const [image, filter] = swapped ? [dy, x] : [x, dy]
  const [n, h, w, channels] = image.shape as Shape
  const pixels = n * h * w
  const rows = tf.reshape(tf.transpose(image, [3, 1, 2, 0]), [channels, 1, 1, pixels])
  const columns = tf.reshape(tf.transpose(filter, [1, 2, 0, 3]), [1, 1, pixels, filter.shape[3]!])
  const gradient = convolve('Conv2D', rows, columns, {
    strides: [1, 1],
    dilations: [1, 1],
    padding: [0, 0, 0, 0],
  })
  return tf.transpose(gradient, swapped ? [1, 2, 3, 0] : [1, 2, 0, 3])
}

/** Channels of a depthwise filter's gradient computed at once: as many as the backend's kernels compute side by side. */
const LANES = 8

/**
 * Gradient of a depthwise convolution in its filter, [kh, kw, c, 1]: the diagonal of what a dense one's would be, in
 * groups of 8 channels. Seven eighths of the products are for nothing, and still it is ten times faster than a loop
 * in JavaScript.
 */
export function depthwiseFilterGradient(x: Tensor, dy: Tensor, kernel: Pair, geometry: Geometry): Tensor {
  const [n, oh, ow, c] = dy.shape as Shape
  const [kh, kw] = kernel
  const groups = Math.ceil(c / LANES)
  const images = tf.transpose(filledUp(x, groups * LANES), [3, 1, 2, 0])
  const filters = tf.transpose(
    tf.reshape(filledUp(dy, groups * LANES), [n, oh * ow, groups, LANES]),
    [2, 1, 0, 3],
  )
  const turned = across(geometry, kernel, sizeOf(x), sizeOf(dy))
  const dense = Array.from({ length: groups }, (_, group) => {
    const image = tf.slice(images, [group * LANES, 0, 0, 0], [LANES, -1, -1, -1])
    const filter = tf.reshape(tf.slice(filters, group, 1), [oh, ow, n, LANES])
    return tf.reshape(convolve('Conv2D', image, filter, turned), [1, LANES, kh * kw, LANES])
  })
  const own = tf.reshape(tf.eye(LANES), [1, LANES, 1, LANES])
  const gradient = tf.sum(tf.mul(tf.concat(dense), own), 1)
  const columns = tf.reshape(tf.transpose(gradient, [1, 0, 2]), [kh * kw, groups * LANES])
  return tf.reshape(tf.slice(columns, 0, [kh * kw, c]), [kh, kw, c, 1])
}

/** Zero channels added, up to `channels`. */
const filledUp = (x: Tensor, channels: number): Tensor =>
  x.shape[3] === channels
    ? x
    : tf.pad(x, [
        [0, 0],
        [0, 0],
        [0, 0],
        [0, channels - x.shape[3]!],
      ])
