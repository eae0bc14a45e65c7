import type { LayerNorm } from '../network.js'
import { onlyInput } from './checks.js'
import { type LayerDefinition, layerError } from './definition.js'

/** y = gamma · (x − mean) / √(variance + epsilon) + beta, mean and variance over the channels of a pixel. */
export const layerNorm: LayerDefinition<LayerNorm> = {
  outputShape(layer, inputs) {
    if (!(layer.epsilon > 0)) throw layerError(layer, `epsilon must be positive, got ${layer.epsilon}`)
    return onlyInput(layer, inputs)
  },
  macs: () => 0,
  weights(_layer, inputs) {
    const shape = [inputs[0]!.at(-1)!]
    return (['gamma', 'beta'] as const).map(kind => ({ suffix: kind, shape, trainable: true, kind }))
  },
}
