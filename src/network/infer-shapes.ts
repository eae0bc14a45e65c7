import { NetworkError } from '../errors.js'
import { layerDefinition } from './layers/layer-definition.js'
import type { Layer, Network, Shape } from './network.js'

/**
 * The shape of every layer's output, and of the network's input, by name, without the batch dimension.
 * Throws NetworkError naming the layer whose inputs do not fit.
 */
export function inferShapes(network: Pick<Network, 'input' | 'layers'>): ReadonlyMap<string, Shape> {
  const shapes = new Map<string, Shape>([[network.input.name, network.input.shape]])
  for (const layer of network.layers)
    shapes.set(layer.name, layerDefinition(layer).outputShape(layer, inputShapes(layer, shapes)))
  return shapes
}

/** The shapes that feed `layer`, in order. */
export const inputShapes = (layer: Layer, shapes: ReadonlyMap<string, Shape>): readonly Shape[] =>
  layer.inputs.map(input => {
    const shape = shapes.get(input)
    if (shape === undefined)
      throw new NetworkError(`layer "${layer.name}": its input "${input}" does not stand before it`)
    return shape
  })
