import { tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'
import {
  depthwiseFilterGradient,
  depthwiseInputGradient,
  filterGradient,
  inputGradient,
} from './convolution-gradients.js'
import { convolve, geometryOf } from './geometry.js'
import type { WasmOperations } from './operation.js'

type Pair = [number, number]

/** The numbers of an int32 tensor: a shape. */
const numbers = (tensor: Tensor): number[] => [...tensor.dataSync()]

const middle = (shape: readonly number[]): Pair => shape.slice(1, 3) as Pair

/** A convolution's groups follow from the shapes. One channel in and one out in each makes it a depthwise one. */
function groupsOf(channels: number, filter: readonly number[]): { groups: number; depthwise: boolean } {
  const groups = channels / filter[2]!
  return { groups, depthwise: groups > 1 && filter[2] === 1 && filter[3] === groups }
}

/** [kh, kw, 1, c] of a grouped convolution as [kh, kw, c, 1] of a depthwise one, or back. */
const swapped = (filter: Tensor): Tensor => {
  const [kh, kw, a, b] = filter.shape as [number, number, number, number]
  return tf.reshape(filter, [kh, kw, b, a])
}

/** Does group after group: `tensors` and the result are cut and put together along their last axis. */
const byGroup = (groups: number, tensors: Tensor[], run: (parts: Tensor[]) => Tensor): Tensor => {
  if (groups === 1) return run(tensors)
  const parts = tensors.map(tensor => tf.split(tensor, groups, 3))
  return tf.concat(
    Array.from({ length: groups }, (_, group) => run(parts.map(part => part[group]!))),
    3,
  )
}

export const convolutions: WasmOperations = {
  Conv2D: (attributes, [x, filter]) => {
    const geometry = geometryOf(attributes, x!.shape, filter!.shape)
    const { groups, depthwise } = groupsOf(x!.shape[3]!, filter!.shape)
    if (depthwise) return [convolve('DepthwiseConv2dNative', x!, swapped(filter!), geometry)]
    return [byGroup(groups, [x!, filter!], ([x, filter]) => convolve('Conv2D', x!, filter!, geometry))]
  },

  Conv2DBackpropInput: (attributes, [size, filter, dy]) => {
    const shape = numbers(size!)
    const geometry = geometryOf(attributes, shape, filter!.shape)
    const { groups, depthwise } = groupsOf(shape[3]!, filter!.shape)
    const pixels = middle(shape)
    if (depthwise) return [depthwiseInputGradient(dy!, swapped(filter!), pixels, geometry)]
    return [byGroup(groups, [dy!, filter!], ([dy, filter]) => inputGradient(dy!, filter!, pixels, geometry))]
  },

  Conv2DBackpropFilter: (attributes, [x, size, dy]) => {
    const shape = numbers(size!)
    const geometry = geometryOf(attributes, x!.shape, shape)
    const { groups, depthwise } = groupsOf(x!.shape[3]!, shape)
    const kernel = shape.slice(0, 2) as Pair
    if (depthwise) return [swapped(depthwiseFilterGradient(x!, dy!, kernel, geometry))]
    return [byGroup(groups, [x!, dy!], ([x, dy]) => filterGradient(x!, dy!, kernel, geometry))]
  },

  DepthwiseConv2dNative: (attributes, [x, filter]) => {
    return [convolve('DepthwiseConv2dNative', x!, filter!, geometryOf(attributes, x!.shape, filter!.shape))]
  },

  DepthwiseConv2dNativeBackpropInput: (attributes, [size, filter, dy]) => {
    const shape = numbers(size!)
    return [depthwiseInputGradient(dy!, filter!, middle(shape), geometryOf(attributes, shape, filter!.shape))]
  },

  DepthwiseConv2dNativeBackpropFilter: (attributes, [x, size, dy]) => {
    const shape = numbers(size!)
    const geometry = geometryOf(attributes, x!.shape, shape)
    return [depthwiseFilterGradient(x!, dy!, shape.slice(0, 2) as Pair, geometry)]
  },
}
