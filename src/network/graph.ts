import { NetworkError } from '../errors.js'
import { createNetwork, type NetworkParts } from './create-network.js'
import { inputShapes } from './infer-shapes.js'
import { layerDefinition } from './layers/layer-definition.js'
import type { ActivationFunction, Layer, LayerOf, LayerType, Network, Padding, Shape } from './network.js'
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

export interface PoolOptions extends Named {
  readonly function?: 'max' | 'average'
  readonly kernel?: Pair
  /** Default: the kernel. */
  readonly strides?: Pair
  readonly padding?: Padding
}

/** Collects layers; every method appends one and returns its name. Shapes are checked as layers are added. */
export interface Graph {
  /** Name of the network's input. */
  readonly input: string
  /** Shape of the input or of a layer added before. */
  shape(name: string): Shape
  conv(input: string, options: ConvOptions): string
  batchNorm(input: string, options?: BatchNormOptions): string
  activation(input: string, options?: Named & { readonly function?: ActivationFunction }): string
  add(inputs: readonly string[], options?: Named): string
  multiply(inputs: readonly string[], options?: Named): string
  concat(inputs: readonly string[], options?: Named): string
  pool(input: string, options?: PoolOptions): string
  globalAveragePool(input: string, options?: Named & { readonly keepSpatial?: boolean }): string
  subsample(input: string, options?: Named & { readonly strides?: Pair }): string
  padChannels(input: string, options: Named & { readonly before: number; readonly after: number }): string
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
 * ReLU; max pooling 2×2; dense with bias; dropout 0.2.
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
    activation: (input, options = {}) =>
      append('activation', input, options, { function: options.function ?? 'relu' }),
    add: (inputs, options = {}) => append('add', inputs, options, {}),
    multiply: (inputs, options = {}) => append('multiply', inputs, options, {}),
    concat: (inputs, options = {}) => append('concat', inputs, options, {}),
    pool(input, options = {}) {
      const kernel = pair(options.kernel ?? 2)
      const strides = pair(options.strides ?? kernel)
      const padding = options.padding ?? [0, 0, 0, 0]
      return append('pool', input, options, { function: options.function ?? 'max', kernel, strides, padding })
    },
    globalAveragePool: (input, options = {}) =>
      append('globalAveragePool', input, options, { keepSpatial: options.keepSpatial ?? false }),
    subsample: (input, options = {}) =>
      append('subsample', input, options, { strides: pair(options.strides ?? 2) }),
    padChannels: (input, options) =>
      append('padChannels', input, options, { before: options.before, after: options.after }),
    flatten: (input, options = {}) => append('flatten', input, options, {}),
    dense: (input, options) =>
      append('dense', input, options, { units: options.units, bias: options.bias ?? true }),
    dropout: (input, options = {}) => append('dropout', input, options, { rate: options.rate ?? 0.2 }),
    softmax: (input, options = {}) => append('softmax', input, options, {}),
    finish: (parts = {}) => createNetwork({ name, input: { name: inputName, shape }, layers, ...parts }),
  }
}
