import { activationOf, appendActivation } from '../activations.js'
import { type Conversion, type Converter, kerasError, onlyInput, onlyMap } from '../conversion.js'
import type { KerasLayer } from '../topology.js'
import { paddingOf, windowProblem } from './window.js'

const activationProblem = ({ settings }: KerasLayer, kerasVersion: string): string | undefined =>
  activationOf(settings.raw('activation'), kerasVersion) === undefined
    ? `has the activation ${JSON.stringify(settings.raw('activation'))}`
    : undefined

const problem: NonNullable<Converter['problem']> = (layer, kerasVersion) =>
  windowProblem(layer) ?? activationProblem(layer, kerasVersion)

function activate(layer: KerasLayer, input: string, conversion: Conversion): string {
  const activation = activationOf(layer.settings.raw('activation'), conversion.kerasVersion) ?? 'linear'
  return appendActivation(conversion, input, `${layer.name}:activation`, activation)
}

function windowOf({ settings }: KerasLayer) {
  return {
    kernel: settings.pair('kernel_size'),
    strides: settings.pair('strides', 1),
    dilations: settings.pair('dilation_rate', 1),
  }
}

/** The bias of the convolution or dense layer `name`, where the Keras layer has one. */
function putBias(layer: KerasLayer, name: string, units: number, { take, put }: Conversion): void {
  if (layer.settings.flag('use_bias', true)) put(name, 'bias', [units], take(layer, ['bias'], [units]))
}

/** Fully connected; over every pixel of a map a 1×1 convolution. */
export const dense: Converter = {
  problem: activationProblem,
  convert(layer, inputs, conversion) {
    const { net, take, put } = conversion
    const input = onlyInput(layer, inputs)
    const shape = net.shape(input)
    const [features, units] = [shape.at(-1)!, layer.settings.number('units')]
    const options = { name: layer.name, bias: layer.settings.flag('use_bias', true) }
    const kernel = take(layer, ['kernel'], [features, units])
    if (shape.length === 3) {
      net.conv(input, { ...options, filters: units, kernel: 1 })
      put(layer.name, 'kernel', [1, 1, features, units], kernel)
    } else {
      net.dense(input, { ...options, units })
      put(layer.name, 'kernel', [features, units], kernel)
    }
    putBias(layer, layer.name, units, conversion)
    return activate(layer, layer.name, conversion)
  },
}

/** A vector stands for a map of one pixel: there a 1×1 convolution is a dense layer. */
export const conv2d: Converter = {
  problem,
  convert(layer, inputs, conversion) {
    const { net, take, put } = conversion
    const { settings, name } = layer
    const input = onlyInput(layer, inputs)
    const shape = net.shape(input)
    const [filters, groups, bias] = [
      settings.number('filters'),
      settings.number('groups', 1),
      settings.flag('use_bias', true),
    ]
    const window = windowOf(layer)
    const kernelShape = [...window.kernel, shape.at(-1)! / groups, filters]
    if (shape.length === 3) {
      net.conv(input, { name, filters, groups, bias, ...window, padding: paddingOf(layer, shape, window) })
      put(name, 'kernel', kernelShape, take(layer, ['kernel'], kernelShape))
    } else {
      if (groups !== 1 || window.kernel.some(size => size !== 1))
        throw kerasError(layer, 'on a map of one pixel only a 1×1 convolution in one group can be read')
      net.dense(input, { name, units: filters, bias })
      put(name, 'kernel', kernelShape.slice(2), take(layer, ['kernel'], kernelShape))
    }
    putBias(layer, name, filters, conversion)
    return activate(layer, name, conversion)
  },
}

/** Appends the depthwise convolution `name`: filter c · multiplier + m is the m-th of channel c. */
function depthwise(
  layer: KerasLayer,
  name: string,
  inputs: readonly string[],
  bias: boolean,
  conversion: Conversion,
) {
  const { net, take, put } = conversion
  const [input, shape] = onlyMap(layer, inputs, conversion)
  const window = windowOf(layer)
  const multiplier = layer.settings.number('depth_multiplier', 1)
  const [channels, filters] = [shape[2], shape[2] * multiplier]
  net.conv(input, {
    name,
    filters,
    groups: channels,
    bias,
    ...window,
    padding: paddingOf(layer, shape, window),
  })
  const kernel = take(layer, ['depthwise_kernel', 'kernel'], [...window.kernel, channels, multiplier])
  put(name, 'kernel', [...window.kernel, 1, filters], kernel)
  return filters
}

export const depthwiseConv2d: Converter = {
  problem,
  convert(layer, inputs, conversion) {
    const filters = depthwise(layer, layer.name, inputs, layer.settings.flag('use_bias', true), conversion)
    putBias(layer, layer.name, filters, conversion)
    return activate(layer, layer.name, conversion)
  },
}

/** Depthwise without bias, then 1×1. */
export const separableConv2d: Converter = {
  problem,
  convert(layer, inputs, conversion) {
    const { net, take, put } = conversion
    const first = `${layer.name}:depthwise`
    const channels = depthwise(layer, first, inputs, false, conversion)
    const filters = layer.settings.number('filters')
    const bias = layer.settings.flag('use_bias', true)
    net.conv(first, { name: layer.name, filters, kernel: 1, bias })
    const shape = [1, 1, channels, filters]
    put(layer.name, 'kernel', shape, take(layer, ['pointwise_kernel'], shape))
    putBias(layer, layer.name, filters, conversion)
    return activate(layer, layer.name, conversion)
  },
}
