import { NetworkError } from '../errors.js'
import type { Layer, LayerOf, Network } from '../network/index.js'
import type { FirstLast } from './scheme.js'

/** Layers that multiply by a kernel. */
export type Multiplying = LayerOf<'conv'> | LayerOf<'dense'>

export const isMultiplying = (layer: Layer): layer is Multiplying =>
  layer.type === 'conv' || layer.type === 'dense'

/**
 * Names of the layers that are quantized, in order: all that multiply by a kernel, or all but the first and the last of them.
 * Throws NetworkError where that leaves none.
 */
export function quantizedLayers(network: Network, firstLast: FirstLast): readonly string[] {
  const all = network.layers.filter(isMultiplying).map(({ name }) => name)
  const chosen = firstLast === 'float' ? all.slice(1, -1) : all
  if (chosen.length > 0) return chosen
  const problem =
    all.length === 0 ? 'has no convolution or dense layer' : 'has no layer between the first and the last'
  throw new NetworkError(`${network.name}: ${problem}: there is nothing to quantize`)
}
