import type { backend_util } from '@tensorflow/tfjs'
import type { Padding } from '../../network/index.js'
import { tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'
import type { Attributes } from './operation.js'

type Pair = readonly [number, number]
type Shape4 = [number, number, number, number]

/** How a filter moves over an image. */
export interface Geometry {
  readonly strides: Pair
  readonly dilations: Pair
  readonly padding: Padding
}

/** The geometry of a TensorFlow operation. input: [n, h, w, c]; filter: [kh, kw, …]. */
export function geometryOf(
  { strides, dilations, padding }: Attributes,
  input: readonly number[],
  filter: readonly number[],
): Geometry {
  const middle = (values: unknown) => (values as number[]).slice(1, 3) as [number, number]
  return geometryFrom(
    tf.backend_util.computeConv2DInfo(
      input as Shape4,
      filter as Shape4,
      middle(strides),
      middle(dilations),
      padding === 'SAME' ? 'same' : 'valid',
    ),
  )
}

/** The geometry in TensorFlow.js's own terms. */
export const geometryFrom = (info: backend_util.Conv2DInfo): Geometry => ({
  strides: [info.strideHeight, info.strideWidth],
  dilations: [info.dilationHeight, info.dilationWidth],
  padding: [info.padInfo.top, info.padInfo.bottom, info.padInfo.left, info.padInfo.right],
})

/** Runs one of the backend's two convolutions; negative padding crops. */
export function convolve(
  kernel: 'Conv2D' | 'DepthwiseConv2dNative',
  image: Tensor,
  filter: Tensor,
  { strides, dilations, padding }: Geometry,
): Tensor {
  const x = padding.some(pixels => pixels < 0) ? cropped(image, padding) : image
  const [top, bottom, left, right] = padding.map(pixels => Math.max(0, pixels)) as [
    number,
    number,
    number,
    number,
  ]
  const pad = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]
  return tf
    .engine()
    .runKernel(
      kernel,
      { x, filter },
      { strides: [...strides], dilations: [...dilations], pad, dataFormat: 'NHWC' },
    )
}

function cropped(x: Tensor, padding: Padding): Tensor {
  const [top, bottom, left, right] = padding.map(pixels => Math.max(0, -pixels)) as [
    number,
    number,
    number,
    number,
  ]
  const [n, h, w, c] = x.shape as Shape4
  return tf.slice(x, [0, top, left, 0], [n, h - top - bottom, w - left - right, c])
}

/**
 * The geometry in which a convolution of the spread gradient gives the gradient of its input: what the filter
 * reached from each pixel. input and output: heights and widths.
 */
export function backward(
  { strides, dilations, padding: [top, , left] }: Geometry,
  [kh, kw]: Pair,
  input: Pair,
  output: Pair,
): Geometry {
  const along = (axis: 0 | 1, kernel: number, before: number): Pair => [
    (kernel - 1) * dilations[axis] - before,
    input[axis] - 1 - (output[axis] - 1) * strides[axis] + before,
  ]
  return { strides: [1, 1], dilations, padding: [...along(0, kh, top), ...along(1, kw, left)] }
}

/**
 * The geometry in which a convolution of the input with the gradient as its filter gives the gradient of the filter:
 * steps and gaps change places.
 */
export function across(
  { strides, dilations, padding: [top, , left] }: Geometry,
  [kh, kw]: Pair,
  input: Pair,
  output: Pair,
): Geometry {
  const along = (axis: 0 | 1, kernel: number, before: number): Pair => [
    before,
    (kernel - 1) * dilations[axis] + (output[axis] - 1) * strides[axis] + 1 - input[axis] - before,
  ]
  return { strides: dilations, dilations: strides, padding: [...along(0, kh, top), ...along(1, kw, left)] }
}
