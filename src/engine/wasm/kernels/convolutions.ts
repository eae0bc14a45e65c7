import type { KernelConfig } from '@tensorflow/tfjs'
import { tf } from '../../tensorflow.js'
import {
  depthwiseFilterGradient,
  depthwiseInputGradient,
  filterGradient,
  inputGradient,
} from '../convolution-gradients.js'
import { geometryFrom } from '../geometry.js'
import { type KernelCall, kernel } from '../kernel.js'

type Shape = readonly [number, number, number, number]

function geometryOf(
  attrs: KernelCall['attrs'],
  depthwise: boolean,
  input: readonly number[],
  filter: readonly number[],
) {
  const { strides, dilations = 1, pad, dimRoundingMode } = attrs as Record<string, never>
  return geometryFrom(
    tf.backend_util.computeConv2DInfo(
      input as never,
      filter as never,
      strides!,
      dilations,
      pad!,
      dimRoundingMode,
      depthwise,
    ),
  )
}

/** The two gradients of a convolution, as TensorFlow.js's own `conv2d` and `depthwiseConv2d` ask for them. */
const gradients = (
  name: string,
  depthwise: boolean,
  inInput: typeof inputGradient,
  inFilter: typeof filterGradient,
): KernelConfig[] => [
  kernel(`${name}BackpropInput`, ({ inputs: { dy, filter }, attrs }) => {
    const [n, h, w, c] = attrs['inputShape'] as Shape
    return inInput(dy!, filter!, [h, w], geometryOf(attrs, depthwise, [n, h, w, c], filter!.shape))
  }),
  kernel(`${name}BackpropFilter`, ({ inputs: { x, dy }, attrs }) => {
    const [kh, kw, ...channels] = attrs['filterShape'] as Shape
    return inFilter(x!, dy!, [kh, kw], geometryOf(attrs, depthwise, x!.shape, [kh, kw, ...channels]))
  }),
]

export const convolutionKernels: readonly KernelConfig[] = [
  ...gradients('Conv2D', false, inputGradient, filterGradient),
  ...gradients('DepthwiseConv2dNative', true, depthwiseInputGradient, depthwiseFilterGradient),
]
