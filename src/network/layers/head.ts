import type { Dropout, Softmax } from '../network.js'
import { onlyInput } from './checks.js'
import { layerError, plain } from './definition.js'

export const dropout = plain<Dropout>((layer, inputs) => {
  if (!(layer.rate >= 0 && layer.rate < 1))
    throw layerError(layer, `rate must be at least 0 and below 1, got ${layer.rate}`)
  return onlyInput(layer, inputs)
})

/** Over the channels. */
export const softmax = plain<Softmax>(onlyInput)
