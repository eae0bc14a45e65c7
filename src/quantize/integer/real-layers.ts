import { NetworkError } from '../../errors.js'
import type { Activation, Layer, LayerOf, LayerType, Shape, Weights } from '../../network/index.js'
import type { Multiplying } from '../layers.js'
import { kernelOf } from '../quantize-kernels.js'
import { windowsOf } from './multiplier.js'
import { applyPerChannel, perChannel } from './per-channel.js'
import { joinChannels, padMap, poolMap, sliceMap, subsampleMap } from './real-maps.js'
import { unroll } from './windows.js'

/** What a layer that is not quantized has at hand. */
export interface RealContext {
  readonly weights: Weights
  readonly inputs: readonly Shape[]
  readonly output: Shape
}

/** One image's output of a layer; inputs are not written to. */
export type RealLayer = (inputs: readonly Float64Array[]) => Float64Array
type Maker<T extends LayerType> = (layer: LayerOf<T>, context: RealContext) => RealLayer

const relu6 = (x: number) => Math.min(Math.max(x, 0), 6)
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
const activations: Partial<Record<Activation['function'], (x: number, slope: number) => number>> = {
  relu: x => Math.max(x, 0),
  relu6,
  sigmoid,
  hardSigmoid: x => relu6(x + 3) / 6,
  hardSwish: x => (x * relu6(x + 3)) / 6,
  silu: x => x * sigmoid(x),
  leakyRelu: (x, slope) => (x > 0 ? x : slope * x),
}

const same = (): RealLayer => inputs => inputs[0]!
const eachChannel = (layer: LayerOf<'batchNorm'> | LayerOf<'scale'>, { weights }: RealContext): RealLayer => {
  const own = perChannel(layer, weights)
  return ([x]) => applyPerChannel(x!.slice(), own)
}

const makers: { readonly [T in LayerType]?: Maker<T> } = {
  conv: realProducts,
  dense: realProducts,
  batchNorm: eachChannel,
  scale: eachChannel,
  dropout: same,
  flatten: same,
  activation(layer) {
    const apply = activations[layer.function]
    if (apply === undefined) throw unsupported(layer, `${layer.function} `)
    return ([x]) => x!.map(value => apply(value, layer.slope ?? 0))
  },
  add: () => inputs => inputs.reduce((sum, x) => sum.map((value, i) => value + x[i]!)),
  multiply: (_, { output }) => {
    const channels = output.at(-1)!
    const length = output.reduce((product, size) => product * size, 1)
    return inputs =>
      Float64Array.from({ length }, (_, i) =>
        inputs.reduce((product, x) => product * x[x.length === length ? i : i % channels]!, 1),
      )
  },
  concat:
    (_, { inputs: shapes }) =>
    inputs =>
      joinChannels(
        inputs,
        shapes.map(shape => shape.at(-1)!),
      ),
  sliceChannels:
    ({ start, count }, { inputs: [shape] }) =>
    ([x]) =>
      sliceMap(x!, shape!.at(-1)!, start, count),
  padChannels:
    ({ before, after }, { inputs: [shape] }) =>
    ([x]) => {
      const pixels = x!.length / shape!.at(-1)!
      const zeros = (channels: number) => new Float64Array(pixels * channels)
      return joinChannels([zeros(before), x!, zeros(after)], [before, shape!.at(-1)!, after])
    },
  channelShuffle:
    ({ groups }, { inputs: [shape] }) =>
    ([x]) => {
      const channels = shape!.at(-1)!
      const each = channels / groups
      return x!.map((_, i) => {
        const c = i % channels
        return x![i - c + (c % groups) * each + Math.floor(c / groups)]!
      })
    },
  pad:
    ({ padding }, { inputs: [shape] }) =>
    ([x]) =>
      padMap(x!, shape!, padding),
  subsample:
    ({ strides }, { inputs: [shape] }) =>
    ([x]) =>
      subsampleMap(x!, shape!, strides),
  pool:
    (layer, { inputs: [shape], output }) =>
    ([x]) =>
      poolMap(x!, layer, shape!, output),
  globalAveragePool:
    (_, { inputs: [shape] }) =>
    ([x]) => {
      const channels = shape!.at(-1)!
      const mean = new Float64Array(channels)
      for (const [i, value] of x!.entries()) mean[i % channels]! += value
      return mean.map(sum => (sum * channels) / x!.length)
    },
  softmax:
    (_, { output }) =>
    ([x]) => {
      const channels = output.at(-1)!
      const y = x!.slice()
      for (let at = 0; at < y.length; at += channels) {
        const own = y.subarray(at, at + channels)
        const most = Math.max(...own)
        const sum = own.reduce((sum, value) => sum + Math.exp(value - most), 0)
        for (const [c, value] of own.entries()) own[c] = Math.exp(value - most) / sum
      }
      return y
    },
}

/**
 * A layer that is not quantized, in float64. Throws NetworkError, naming it, for a type or an activation that has no such
 * form: layerNorm, resize, gelu.
 */
export function realLayer(layer: Layer, context: RealContext): RealLayer {
  const make = makers[layer.type] as Maker<LayerType> | undefined
  if (make === undefined) throw unsupported(layer)
  return make(layer as never, context)
}

const unsupported = (layer: Layer, what = '') =>
  new NetworkError(
    `layer "${layer.name}" (${layer.type}): ${what}is not among what runs beside exact integers; run the network by its ONNX file`,
  )

/** A float convolution or dense layer, bias and all. */
function realProducts(layer: Multiplying, { weights, inputs, output }: RealContext): RealLayer {
  const { data, shape } = weights[kernelOf(layer.name)]!
  const bias = layer.bias ? weights[`${layer.name}/bias`]!.data : undefined
  const windows = windowsOf(layer, inputs[0]!, output)
  const groups = layer.type === 'conv' ? layer.groups : 1
  const filters = shape.at(-1)!
  const count = windows.input[2] / groups
  const positions = windows.output[0] * windows.output[1]
  const length = data.length / filters
  const rows = new Float64Array(positions * length)
  return ([x]) => {
    const y = new Float64Array(positions * filters)
    for (let group = 0; group < groups; group++) {
      const seen = unroll(x!, windows, { start: group * count, count }, rows)
      const [from, to] = [(group * filters) / groups, ((group + 1) * filters) / groups]
      for (let p = 0; p < positions; p++)
        for (let filter = from; filter < to; filter++) {
          let sum = bias?.[filter] ?? 0
          for (let k = 0; k < length; k++) sum += data[k * filters + filter]! * seen[p * length + k]!
          y[p * filters + filter] = sum
        }
    }
    return y
  }
}
