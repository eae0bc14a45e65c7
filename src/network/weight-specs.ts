import { inferShapes, inputShapes } from './infer-shapes.js'
import type { WeightKind } from './layers/definition.js'
import { layerDefinition } from './layers/layer-definition.js'
import type { Network } from './network.js'

/** A weight that the network's structure asks for. */
export interface WeightSpec {
  /** `<layer>/<suffix>`, the key in `network.weights`. */
  readonly name: string
  /** Convolutions [kh, kw, in / groups, filters], dense [in, units], all else [channels]. */
  readonly shape: readonly number[]
  readonly trainable: boolean
  readonly kind: WeightKind
  /** Name of the layer that owns it. */
  readonly layer: string
}

/** All weights of the network in layer order, whether or not it carries their values. */
export function weightSpecs(network: Pick<Network, 'input' | 'layers'>): readonly WeightSpec[] {
  const shapes = inferShapes(network)
  return network.layers.flatMap(layer =>
    layerDefinition(layer)
      .weights(layer, inputShapes(layer, shapes))
      .map(({ suffix, ...weight }) => ({ name: `${layer.name}/${suffix}`, ...weight, layer: layer.name })),
  )
}
