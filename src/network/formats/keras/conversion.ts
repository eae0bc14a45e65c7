import { NetworkError } from '../../../errors.js'
import type { Graph } from '../../graph.js'
import type { KerasLayer } from './topology.js'

/** A network being made of a Keras model. */
export interface Conversion {
  readonly net: Graph
  /** `keras_version` of the file: "2.15.0", "tfjs-layers 4.22.0", … */
  readonly kerasVersion: string
  /** Values of the layer's weight of that shape, under the first of the names that it has. */
  take(layer: KerasLayer, names: readonly string[], shape: readonly number[]): Float32Array
  /** Gives a layer of `net` its weight `<layer>/<suffix>`. */
  put(layer: string, suffix: string, shape: readonly number[], data: Float32Array): void
  /** Keras layers that read the layer's output. */
  readers(layer: KerasLayer): readonly KerasLayer[]
}

/** How a class of Keras layers is read. */
export interface Converter {
  /** What of the layer Tandem has no word for, as far as its settings alone tell. */
  problem?(layer: KerasLayer, kerasVersion: string): string | undefined
  /** Appends the layer and gives the name of its value: a layer of the network, or `inputs[0]` where nothing is done. */
  convert(layer: KerasLayer, inputs: readonly string[], conversion: Conversion): string
}

export const kerasError = (layer: KerasLayer, problem: string) =>
  new NetworkError(`layer "${layer.name}" (${layer.className}): ${problem}`)

/** The only input of a layer. */
export function onlyInput(layer: KerasLayer, inputs: readonly string[]): string {
  if (inputs.length !== 1) throw kerasError(layer, `takes one input, got ${inputs.length}`)
  return inputs[0]!
}

/** The layer's only input, which must be a feature map, and its shape. */
export function onlyMap(layer: KerasLayer, inputs: readonly string[], { net }: Conversion) {
  const input = onlyInput(layer, inputs)
  const shape = net.shape(input)
  if (shape.length !== 3) throw kerasError(layer, `needs [height, width, channels], got [${shape}]`)
  return [input, shape as unknown as readonly [number, number, number]] as const
}

/** Maps must be [batch, height, width, channels]. */
export const channelsLast = ({ settings }: KerasLayer): string | undefined => {
  const format = settings.text('data_format', 'channels_last')
  return format === 'channels_last' ? undefined : `is ${format}; save the model as channels_last`
}

/** The axis must be that of the channels. A vector may stand for a map of one pixel. */
export function needChannelAxis(layer: KerasLayer, input: string, { net }: Conversion, fallback = -1): void {
  const axis = layer.settings.raw('axis') ?? fallback
  const value = Array.isArray(axis) && axis.length === 1 ? axis[0] : axis
  if (value !== -1 && value !== 3 && value !== net.shape(input).length)
    throw kerasError(layer, `works along axis ${JSON.stringify(axis)}; it must be the last one, the channels`)
}
