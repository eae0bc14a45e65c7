import type { Dense } from '../network.js'
import { integers, onlyInput } from './checks.js'
import { formatShape, type LayerDefinition, layerError } from './definition.js'

/** MACs: in · units. */
export const dense: LayerDefinition<Dense> = {
  outputShape(layer, inputs) {
    const shape = onlyInput(layer, inputs)
    if (shape.length !== 1)
      throw layerError(
        layer,
        `needs a [features] input, got ${formatShape(shape)}; put flatten or globalAveragePool before it`,
      )
    integers(layer, 'units', [layer.units], 1)
    return [layer.units]
  },
  macs: (layer, inputs) => inputs[0]![0]! * layer.units,
  weights: (layer, inputs) => [
    { suffix: 'kernel', shape: [inputs[0]![0]!, layer.units], trainable: true, kind: 'kernel' },
    ...(layer.bias ? [{ suffix: 'bias', shape: [layer.units], trainable: true, kind: 'bias' } as const] : []),
  ],
}
