import { NetworkError } from '../errors.js'
import { type Conv, inferShapes, type Layer, type Network } from '../network/index.js'
import { type Placement, placementOf, readersOf } from './placement.js'

export interface Poolable {
  /** Names of the convolutions that can be pooled, in the network's order. */
  readonly layers: readonly string[]
  /** Why each of the others cannot. */
  readonly refused: ReadonlyMap<string, string>
}

const isConv = (layer: Layer): layer is Conv => layer.type === 'conv'

/** The convolution of a name. Throws NetworkError where there is none, or it cannot be pooled. */
export function poolableConvolution(network: Network, name: string): Conv {
  const layer = network.layers.find(each => each.name === name)
  if (layer === undefined) throw new NetworkError(`network "${network.name}" has no layer "${name}"`)
  if (!isConv(layer))
    throw new NetworkError(`layer "${name}" is of type ${layer.type}; only convolutions can be pooled`)
  const reason = poolable(network).refused.get(name)
  if (reason !== undefined) throw new NetworkError(`layer "${name}" cannot be pooled: ${reason}`)
  return layer
}

/** The interpolation of a convolution that is pooled; undefined where it is not. */
export function interpolationOf({ readers }: Placement): Layer | undefined {
  const [only, ...others] = readers
  return others.length === 0 && only?.type === 'resize' && only.mode === 'midpoint' ? only : undefined
}

/**
 * Which convolutions can be pooled: all, grouped, depthwise, strided, dilated and pointwise ones too, but those whose
 * output is a single pixel, and those whose output is interpolated already.
 */
export function poolable(network: Network): Poolable {
  const shapes = inferShapes(network)
  const readers = readersOf(network)
  const refused = new Map<string, string>()
  const layers: string[] = []
  for (const layer of network.layers.filter(isConv)) {
    const [height, width] = shapes.get(layer.name)!
    if (height! * width! === 1) refused.set(layer.name, 'its output is a single pixel')
    else if (interpolationOf(placementOf(layer, readers)))
      refused.set(layer.name, 'its output is interpolated already')
    else layers.push(layer.name)
  }
  return { layers, refused }
}

/** As `poolable`. Throws NetworkError, with every reason, where no convolution can be pooled. */
export function somePoolable(network: Network): Poolable {
  const found = poolable(network)
  if (found.layers.length > 0) return found
  const reasons = [...found.refused].map(([layer, reason]) => `${layer}: ${reason}`)
  const why = reasons.length > 0 ? reasons.join('; ') : 'it has no convolutions'
  throw new NetworkError(`network "${network.name}" has nothing that can be pooled: ${why}`)
}

/** The convolutions that are pooled, in the network's order, each with the name of its interpolation. */
export function pooledConvolutions(
  network: Network,
): readonly { readonly layer: string; readonly interpolation: string }[] {
  const readers = readersOf(network)
  return network.layers.filter(isConv).flatMap(layer => {
    const interpolation = interpolationOf(placementOf(layer, readers))
    return interpolation ? [{ layer: layer.name, interpolation: interpolation.name }] : []
  })
}
