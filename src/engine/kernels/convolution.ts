import type { Padding } from '../../network/index.js'
import { attribute, FLOAT, operation } from '../op.js'
import { tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'
import { isWide, wideDepthwiseFilterGradient } from './depthwise-filter-gradient.js'

export interface ConvolutionOptions {
  readonly strides: readonly [number, number]
  readonly padding: Padding
  readonly dilations?: readonly [number, number]
}

const NONE: Padding = [0, 0, 0, 0]
const isZero = (padding: Padding) => padding.every(pixels => pixels === 0)

/** The padding that TensorFlow calls SAME along one axis: [before, after]. */
function same(size: number, kernel: number, stride: number): [number, number] {
  const total = Math.max((Math.ceil(size / stride) - 1) * stride + kernel - size, 0)
  return [total >> 1, total - (total >> 1)]
}

/**
 * TensorFlow's gradients of a convolution are fast (oneDNN) only with padding SAME or VALID, so explicit padding
 * is SAME where it comes to the same pixels, and a padding of its own before a VALID convolution elsewhere.
 */
function paddingOf(
  x: Tensor,
  filter: Tensor,
  options: ConvolutionOptions,
): { mode: 'SAME' | 'VALID'; extra: Padding } {
  const { strides, padding, dilations = [1, 1] } = options
  if (isZero(padding)) return { mode: 'VALID', extra: NONE }
  const [vertical, horizontal] = [0, 1].map(axis =>
    same(x.shape[axis + 1]!, (filter.shape[axis]! - 1) * dilations[axis]! + 1, strides[axis]!),
  ) as [[number, number], [number, number]]
  const isSame = [...vertical, ...horizontal].every((pixels, i) => pixels === padding[i])
  return isSame ? { mode: 'SAME', extra: NONE } : { mode: 'VALID', extra: padding }
}

interface Operations {
  readonly forward: string
  readonly input: string
  readonly filter: string
  /** Shape in which these operations take a filter. */
  readonly layout: (filter: readonly number[]) => number[]
}

/** A convolution and its two gradients as one operation of TensorFlow each. */
function convolution(
  x: Tensor,
  filter: Tensor,
  { forward, input, filter: backFilter, layout }: Operations,
  options: ConvolutionOptions,
) {
  const { mode, extra } = paddingOf(x, filter, options)
  const { strides, dilations = [1, 1] } = options
  const attributes = [
    FLOAT,
    attribute.ints('strides', [1, ...strides, 1]),
    attribute.string('padding', mode),
    attribute.string('data_format', 'NHWC'),
    attribute.ints('dilations', [1, ...dilations, 1]),
  ]
  const [top, bottom, left, right] = extra
  const padded = isZero(extra)
    ? x
    : tf.pad(x, [
        [0, 0],
        [top, bottom],
        [left, right],
        [0, 0],
      ])
  // Around `padded` nothing is left to pad where the padding is not SAME.
  const around = mode === 'SAME' ? options.padding : NONE
  const filterGradient = (x: Tensor, shape: readonly number[], dy: Tensor): Tensor =>
    backFilter === DEPTHWISE.filter && isWide(shape)
      ? wideDepthwiseFilterGradient(x, shape as [number, number, number, number], dy, {
          strides,
          padding: around,
        })
      : operation(backFilter, attributes, [x, tf.tensor1d([...shape], 'int32'), dy])
  return tf.customGrad((x, filter, save) => {
    const shape = (filter as Tensor).shape
    const shaped = tf.reshape(filter as Tensor, layout(shape))
    ;(save as (t: Tensor[]) => void)([x as Tensor, shaped])
    return {
      value: operation(forward, attributes, [x as Tensor, shaped]),
      gradFunc: (dy: Tensor, [x, filter]: Tensor[]) => [
        operation(input, attributes, [tf.tensor1d(x!.shape, 'int32'), filter!, dy]),
        tf.reshape(filterGradient(x!, filter!.shape, dy), shape),
      ],
    }
  })(padded, filter)
}

/**
 * Convolution. x: [n, h, w, in]; filter: [kh, kw, in / groups, out] (the groups follow from the shapes);
 * result: [n, h', w', out] with h' = ⌊(h + top + bottom − dilation·(kh − 1) − 1) / stride⌋ + 1.
 */
export const conv2d = (x: Tensor, filter: Tensor, options: ConvolutionOptions): Tensor =>
  convolution(x, filter, CONVOLUTION, options)

const CONVOLUTION: Operations = {
  forward: 'Conv2D',
  input: 'Conv2DBackpropInput',
  filter: 'Conv2DBackpropFilter',
  layout: shape => [...shape],
}

/**
 * Depthwise convolution. x: [n, h, w, c]; filter: [kh, kw, 1, c]; result: [n, h', w', c].
 * TensorFlow's depthwise gradients ignore dilation, so a dilated one is a convolution of c groups.
 */
export function depthwiseConv2d(x: Tensor, filter: Tensor, options: ConvolutionOptions): Tensor {
  const dilated = options.dilations?.some(dilation => dilation > 1)
  return convolution(x, filter, dilated ? CONVOLUTION : DEPTHWISE, options)
}

const DEPTHWISE: Operations = {
  forward: 'DepthwiseConv2dNative',
  input: 'DepthwiseConv2dNativeBackpropInput',
  filter: 'DepthwiseConv2dNativeBackpropFilter',
  layout: ([kh, kw, one, c]) => [kh!, kw!, c!, one!],
}
