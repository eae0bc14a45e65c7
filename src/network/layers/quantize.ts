import type { Quantize } from '../network.js'
import { onlyInput } from './checks.js'
import { type LayerDefinition, layerError } from './definition.js'

/** Widths in which a feature map may be kept. */
const BITS: readonly number[] = [1, 8, 16]

/** y = step · clip(round(x / step)), or the sign. */
export const quantize: LayerDefinition<Quantize> = {
  outputShape(layer, inputs) {
    if (!BITS.includes(layer.bits)) throw layerError(layer, `bits must be 1, 8 or 16, got ${layer.bits}`)
    return onlyInput(layer, inputs)
  },
  macs: () => 0,
  weights: ({ bits }) => (bits === 1 ? [] : [{ suffix: 'step', shape: [1], trainable: false, kind: 'step' }]),
}
