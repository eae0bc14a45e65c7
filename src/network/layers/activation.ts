import type { Activation, ActivationFunction } from '../network.js'
import { onlyInput } from './checks.js'
import { layerError, plain } from './definition.js'

/** Every activation function that a layer may name. */
export const ACTIVATION_FUNCTIONS: readonly ActivationFunction[] = Object.freeze([
  'relu',
  'relu6',
  'sigmoid',
  'hardSigmoid',
  'hardSwish',
  'silu',
])

export const activation = plain<Activation>((layer, inputs) => {
  if (!ACTIVATION_FUNCTIONS.includes(layer.function))
    throw layerError(
      layer,
      `unknown function "${layer.function}"; use one of ${ACTIVATION_FUNCTIONS.join(', ')}`,
    )
  return onlyInput(layer, inputs)
})
