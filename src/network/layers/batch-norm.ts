import type { BatchNorm } from '../network.js'
import { onlyInput } from './checks.js'
import { type LayerDefinition, layerError } from './definition.js'

/** y = gamma · (x − mean) / √(variance + epsilon) + beta, per channel. */
export const batchNorm: LayerDefinition<BatchNorm> = {
  outputShape(layer, inputs) {
    if (!(layer.epsilon > 0)) throw layerError(layer, `epsilon must be positive, got ${layer.epsilon}`)
    if (!(layer.momentum >= 0 && layer.momentum <= 1))
      throw layerError(layer, `momentum must be between 0 and 1, got ${layer.momentum}`)
    return onlyInput(layer, inputs)
  },
  macs: () => 0,
  weights(_layer, inputs) {
    const shape = [inputs[0]!.at(-1)!]
    return (['gamma', 'beta', 'mean', 'variance'] as const).map(kind => ({
      suffix: kind,
      shape,
      trainable: kind === 'gamma' || kind === 'beta',
      kind,
    }))
  },
}
