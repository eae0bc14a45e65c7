import { gated, hardSigmoid, hardSwishOfParts, reluOfRelu } from './activations.js'
import type { Rule } from './editor.js'
import { padding } from './padding.js'
import { productOfProduct } from './products.js'
import { scaleOfAffine, shiftOfProduct } from './scales.js'
import { flattenedAverage, subsampleOfSubsample } from './shapes.js'

/**
 * What exporters take apart is put together again, exactly. Activations come first: the sums that they are made of
 * would become biases otherwise.
 */
export const rules: readonly Rule[] = [
  reluOfRelu,
  hardSwishOfParts,
  hardSigmoid,
  gated,
  scaleOfAffine,
  shiftOfProduct,
  padding,
  flattenedAverage,
  subsampleOfSubsample,
]

/** What Tandem's own writer takes apart; a layer that somebody made stays one. */
export const ownRules: readonly Rule[] = [gated, scaleOfAffine, productOfProduct, flattenedAverage]
