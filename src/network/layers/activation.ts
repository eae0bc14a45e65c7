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
  'leakyRelu',
  'gelu',
])

export const activation = plain<Activation>((layer, inputs) => {
  if (!ACTIVATION_FUNCTIONS.includes(layer.function))
    throw layerError(
      layer,
      `unknown function "${layer.function}"; use one of ${ACTIVATION_FUNCTIONS.join(', ')}`,
    )
  if (layer.function === 'leakyRelu' && !Number.isFinite(layer.slope))
    throw layerError(layer, `leakyRelu needs a finite slope, got ${layer.slope}`)
  if (layer.function !== 'leakyRelu' && layer.slope !== undefined)
    throw layerError(layer, `only leakyRelu has a slope, ${layer.function} has none`)
  return onlyInput(layer, inputs)
})
