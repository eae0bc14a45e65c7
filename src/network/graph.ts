import { NetworkError } from '../errors.js'
import { createNetwork, type NetworkParts } from './create-network.js'
import { inputShapes } from './infer-shapes.js'
import { layerDefinition } from './layers/layer-definition.js'
import type {
  ActivationFunction,
  Layer,
  LayerOf,
  LayerType,
  Network,
  Padding,
  Resize,
  Shape,
} from './network.js'
import { type Pair, pair, samePadding } from './same-padding.js'

/** `name` may be left out of any layer: it becomes `<type><n>`, e.g. `conv1`. */
interface Named {
  readonly name?: string
}

export interface ConvOptions extends Named {
  readonly filters: number
  readonly kernel?: Pair
  readonly strides?: Pair
  /** Default: `samePadding(kernel)`, scaled by the dilation. */
  readonly padding?: Padding
  readonly dilations?: Pair
  readonly groups?: number
  readonly bias?: boolean
}

export interface BatchNormOptions extends Named {
  readonly epsilon?: number
  readonly momentum?: number
}

export interface ActivationOptions extends Named {
  readonly function?: ActivationFunction
  /** Of leakyRelu; default 0.01. */
  readonly slope?: number
}

export interface ResizeOptions extends Named {
  readonly size: Pair
  readonly mode?: Resize['mode']
  readonly alignCorners?: boolean
}

export interface PoolOptions extends Named {
  readonly function?: 'max' | 'average'
  readonly kernel?: Pair
  /** Default: the kernel. */
  readonly strides?: Pair
  readonly padding?: Padding
  readonly includePadding?: boolean
}

/** Collects layers; every method appends one and returns its name. Shapes are checked as layers are added. */
export interface Graph {
  /** Name of the network's input. */
  readonly input: string
  /** Shape of the input or of a layer added before. */
  shape(name: string): Shape
  conv(input: string, options: ConvOptions): string
  batchNorm(input: string, options?: BatchNormOptions): string
  layerNorm(input: string, options?: Named & { readonly epsilon?: number }): string
  scale(input: string, options?: Named & { readonly shift?: boolean }): string
  activation(input: string, options?: ActivationOptions): string
  add(inputs: readonly string[], options?: Named): string
  multiply(inputs: readonly string[], options?: Named): string
  concat(inputs: readonly string[], options?: Named): string
  pad(input: string, options: Named & { readonly padding: Padding }): string
  pool(input: string, options?: PoolOptions): string
  globalAveragePool(input: string, options?: Named & { readonly keepSpatial?: boolean }): string
  subsample(input: string, options?: Named & { readonly strides?: Pair }): string
  resize(input: string, options: ResizeOptions): string
  sliceChannels(input: string, options: Named & { readonly start: number; readonly count: number }): string
  channelShuffle(input: string, options: Named & { readonly groups: number }): string
  padChannels(input: string, options: Named & { readonly before: number; readonly after: number }): string
  quantize(input: string, options: Named & { readonly bits: number }): string
  flatten(input: string, options?: Named): string
  dense(input: string, options: Named & { readonly units: number; readonly bias?: boolean }): string
  dropout(input: string, options?: Named & { readonly rate?: number }): string
  softmax(input: string, options?: Named): string
  /** The layers so far as a checked Network; throws NetworkError as `createNetwork` does. */
  finish(parts?: Pick<NetworkParts, 'weights' | 'architecture'>): Network
}

/**
 * A builder of networks over an input of `shape` ([height, width, channels] or [features]).
 * Defaults: convolutions 3×3, stride 1, same padding, no bias; batch normalization epsilon 1e-5, momentum 0.9;
 * layer normalization epsilon 1e-6; scale without shift; ReLU; max pooling 2×2; nearest resizing; dense with bias; dropout 0.2.
 */
export function graph(name: string, shape: Shape, inputName = 'input'): Graph {
  const layers: Layer[] = []
  const shapes = new Map([[inputName, shape]])
  const numbers = new Map<LayerType, number>()

  const nameOf = (type: LayerType) => {
    const number = (numbers.get(type) ?? 0) + 1
    numbers.set(type, number)
    return `${type}${number}`
  }
  const append = <T extends LayerType>(
    type: T,
    inputs: string | readonly string[],
    { name }: Named,
    attributes: Omit<LayerOf<T>, 'type' | 'name' | 'inputs'>,
  ): string => {
    const layer = {
      name: name ?? nameOf(type),
      type,
      inputs: [inputs].flat(),
      ...attributes,
    } as unknown as Layer
    if (shapes.has(layer.name))
      throw new NetworkError(`layer "${layer.name}": the name is used twice; give one of the two another`)
    shapes.set(layer.name, layerDefinition(layer).outputShape(layer, inputShapes(layer, shapes)))
    layers.push(layer)
    return layer.name
  }

  return {
    input: inputName,
    shape(of) {
      const found = shapes.get(of)
      if (found === undefined) throw new NetworkError(`graph "${name}" has no layer "${of}"`)
      return found
    },
    conv(input, options) {
      const { filters, groups = 1, bias = false } = options
      const kernel = pair(options.kernel ?? 3)
      const dilations = pair(options.dilations ?? 1)
      const extent = [dilations[0] * (kernel[0] - 1) + 1, dilations[1] * (kernel[1] - 1) + 1] as const
      const padding = options.padding ?? samePadding(extent)
      const strides = pair(options.strides ?? 1)
      return append('conv', input, options, { filters, kernel, strides, padding, dilations, groups, bias })
    },
    batchNorm: (input, options = {}) =>
      append('batchNorm', input, options, {
        epsilon: options.epsilon ?? 1e-5,
        momentum: options.momentum ?? 0.9,
      }),
    layerNorm: (input, options = {}) =>
      append('layerNorm', input, options, { epsilon: options.epsilon ?? 1e-6 }),
    scale: (input, options = {}) => append('scale', input, options, { shift: options.shift ?? false }),
    activation(input, options = {}) {
      const slope = options.slope ?? (options.function === 'leakyRelu' ? 0.01 : undefined)
      const attributes = { function: options.function ?? 'relu', ...(slope !== undefined && { slope }) }
      return append('activation', input, options, attributes)
    },
    add: (inputs, options = {}) => append('add', inputs, options, {}),
    multiply: (inputs, options = {}) => append('multiply', inputs, options, {}),
    concat: (inputs, options = {}) => append('concat', inputs, options, {}),
    pad: (input, options) => append('pad', input, options, { padding: options.padding }),
    pool(input, options = {}) {
      const kernel = pair(options.kernel ?? 2)
      const strides = pair(options.strides ?? kernel)
      const padding = options.padding ?? [0, 0, 0, 0]
      return append('pool', input, options, {
        function: options.function ?? 'max',
        kernel,
        strides,
        padding,
        includePadding: options.includePadding ?? false,
      })
    },
    globalAveragePool: (input, options = {}) =>
      append('globalAveragePool', input, options, { keepSpatial: options.keepSpatial ?? false }),
    subsample: (input, options = {}) =>
      append('subsample', input, options, { strides: pair(options.strides ?? 2) }),
    resize: (input, options) =>
      append('resize', input, options, {
        size: pair(options.size),
        mode: options.mode ?? 'nearest',
        alignCorners: options.alignCorners ?? false,
      }),
    sliceChannels: (input, options) =>
      append('sliceChannels', input, options, { start: options.start, count: options.count }),
    channelShuffle: (input, options) => append('channelShuffle', input, options, { groups: options.groups }),
    padChannels: (input, options) =>
      append('padChannels', input, options, { before: options.before, after: options.after }),
    quantize: (input, options) => append('quantize', input, options, { bits: options.bits }),
    flatten: (input, options = {}) => append('flatten', input, options, {}),
    dense: (input, options) =>
      append('dense', input, options, { units: options.units, bias: options.bias ?? true }),
    dropout: (input, options = {}) => append('dropout', input, options, { rate: options.rate ?? 0.2 }),
    softmax: (input, options = {}) => append('softmax', input, options, {}),
    finish: (parts = {}) => createNetwork({ name, input: { name: inputName, shape }, layers, ...parts }),
  }
}
