import type { Scale } from '../network.js'
import { onlyInput } from './checks.js'
import type { LayerDefinition } from './definition.js'

/** y = gamma · x + beta, per channel. */
export const scale: LayerDefinition<Scale> = {
  outputShape: onlyInput,
  macs: () => 0,
  weights(layer, inputs) {
    const shape = [inputs[0]!.at(-1)!]
    const kinds = layer.shift ? (['gamma', 'beta'] as const) : (['gamma'] as const)
    return kinds.map(kind => ({ suffix: kind, shape, trainable: true, kind }))
  },
}
