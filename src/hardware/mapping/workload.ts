import { InputError } from '../../errors.js'
import {
  type Conv,
  count,
  inferShapes,
  inputShapes,
  type Layer,
  type Network,
  type Shape,
} from '../../network/index.js'

/** A convolution, or a dense layer as one over a single pixel, for one example. */
export interface ConvShape {
  readonly kind: 'conv'
  readonly groups: number
  /** Of one group. */
  readonly filters: number
  readonly channels: number
  /** Without padding. */
  readonly height: number
  readonly width: number
  /** R and S. */
  readonly kernelHeight: number
  readonly kernelWidth: number
  /** E and F. */
  readonly outHeight: number
  readonly outWidth: number
  readonly strideHeight: number
  readonly strideWidth: number
  readonly dilationHeight: number
  readonly dilationWidth: number
}

/** A layer without MACs that reads its inputs and writes its output. */
export interface MoveShape {
  readonly kind: 'move'
  readonly reads: number
  readonly writes: number
}

export type WorkShape = ConvShape | MoveShape

/** A network as an accelerator sees it: the layers that cost something, equal ones sharing one shape. */
export interface Workload {
  readonly name: string
  readonly layers: readonly { readonly name: string; readonly type: Layer['type']; readonly shape: number }[]
  readonly shapes: readonly WorkShape[]
  /** Of one example. */
  readonly macs: number
  readonly params: number
}

/**
 * What a network asks of an accelerator. Convolutions and dense layers are mapped on the array. Batch normalization
 * is folded into the weights; scales, activations, softmax and dropout happen where a layer is written back; flatten,
 * concat, padding, subsample and the choice and order of channels are a matter of addresses: all of these are free
 * and do not appear. Sums, products, pools, resizing and layer normalization move their inputs and output through
 * the buffer and DRAM.
 * Throws InputError naming a layer of a type that is not known here.
 */
export function workloadOf(network: Network): Workload {
  const shapes = inferShapes(network)
  const unique: WorkShape[] = []
  const known = new Map<string, number>()
  const layers: { name: string; type: Layer['type']; shape: number }[] = []
  for (const layer of network.layers) {
    const work = workOf(layer, inputShapes(layer, shapes), shapes.get(layer.name)!)
    if (work === undefined) continue
    const key = Object.values(work).join()
    let shape = known.get(key)
    if (shape === undefined) {
      shape = unique.push(Object.freeze(work)) - 1
      known.set(key, shape)
    }
    layers.push({ name: layer.name, type: layer.type, shape })
  }
  const { macs, params } = count(network)
  return Object.freeze({
    name: network.name,
    layers: Object.freeze(layers),
    shapes: Object.freeze(unique),
    macs,
    params,
  })
}

const size = (shape: Shape) => shape.reduce((product, each) => product * each, 1)

function workOf(layer: Layer, inputs: readonly Shape[], output: Shape): WorkShape | undefined {
  const { name, type } = layer
  switch (type) {
    case 'conv':
      return convOf(layer, inputs[0]!, output)
    case 'dense':
      return pixel(inputs[0]![0]!, layer.units)
    case 'add':
    case 'multiply':
    case 'pool':
    case 'globalAveragePool':
    case 'layerNorm':
    case 'resize':
      return {
        kind: 'move',
        reads: inputs.reduce((sum, shape) => sum + size(shape), 0),
        writes: size(output),
      }
    case 'batchNorm':
    case 'scale':
    case 'pad':
    case 'sliceChannels':
    case 'channelShuffle':
    case 'activation':
    case 'concat':
    case 'subsample':
    case 'padChannels':
    case 'quantize':
    case 'flatten':
    case 'dropout':
    case 'softmax':
      return undefined
    default:
      throw new InputError(`layer "${name}": the mapper does not know layers of type "${type as string}"`)
  }
}

const convOf = (layer: Conv, [height, width, channels]: Shape, output: Shape): ConvShape => ({
  kind: 'conv',
  groups: layer.groups,
  filters: layer.filters / layer.groups,
  channels: channels! / layer.groups,
  height: height!,
  width: width!,
  kernelHeight: layer.kernel[0],
  kernelWidth: layer.kernel[1],
  outHeight: output[0]!,
  outWidth: output[1]!,
  strideHeight: layer.strides[0],
  strideWidth: layer.strides[1],
  dilationHeight: layer.dilations[0],
  dilationWidth: layer.dilations[1],
})

/** A dense layer: a 1×1 convolution of one pixel. */
const pixel = (channels: number, filters: number): ConvShape => ({
  kind: 'conv',
  groups: 1,
  filters,
  channels,
  height: 1,
  width: 1,
  kernelHeight: 1,
  kernelWidth: 1,
  outHeight: 1,
  outWidth: 1,
  strideHeight: 1,
  strideWidth: 1,
  dilationHeight: 1,
  dilationWidth: 1,
})
