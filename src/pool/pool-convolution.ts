import { createNetwork, inferShapes, type Layer, type Network } from '../network/index.js'
import { placementOf, readersOf } from './placement.js'
import { poolableConvolution } from './poolable.js'

/**
 * The network with one convolution at twice its strides, padding and weights unchanged, and its output interpolated
 * back to its size by the layer `<layer>_interpolate` (`placementOf` says where). The convolution's pixel (i, j) is
 * then what (2i, 2j) was, exactly; those between become means of their neighbours. Weights are shared, and may be
 * missing. The network is no longer the architecture that it may have been decoded from.
 * Throws NetworkError, naming the layer, where it is no convolution or cannot be pooled.
 */
export function poolConvolution(network: Network, layer: string): Network {
  const conv = poolableConvolution(network, layer)
  const { end, readers } = placementOf(conv, readersOf(network))
  const [height, width] = inferShapes(network).get(layer)!
  const interpolation: Layer = {
    name: `${layer}_interpolate`,
    type: 'resize',
    inputs: [end],
    size: [height!, width!],
    mode: 'midpoint',
    alignCorners: false,
  }
  const rewired = (each: Layer): Layer =>
    readers.includes(each)
      ? { ...each, inputs: each.inputs.map(name => (name === end ? interpolation.name : name)) }
      : each
  const layers = network.layers.flatMap(each => {
    const strides = [conv.strides[0] * 2, conv.strides[1] * 2] as const
    const changed = each === conv ? { ...conv, strides } : rewired(each)
    return each.name === end ? [changed, interpolation] : [changed]
  })
  const { name, input, weights } = network
  return createNetwork({ name, input, layers, weights })
}

/** The network with several convolutions pooled; the order of their names does not matter. Throws as `poolConvolution`. */
export const poolConvolutions = (network: Network, layers: Iterable<string>): Network =>
  [...layers].reduce(poolConvolution, network)
