import { scalarOf } from '../constant.js'
import { int } from '../node.js'
import { type Converter, constant, layer, optional, signal, weightOf } from '../scope.js'
import { refuse } from '../unsupported.js'

/** Rounds to integers; with `dequantize` right behind it a layer that gives their multiples of the step. */
export const quantize: Converter = scope => {
  const x = signal(scope)
  const step = constant(scope, 1, 'scale')
  const zero = optional(scope, 2, 'zero point')
  if (step.data.length !== 1) refuse('has a step for each channel; only one for all can be read')
  const { bits } = zero ?? {}
  if (bits !== 8 && bits !== 16) refuse('quantizes to other integers than int8 or int16')
  if (scalarOf(zero) !== 0) refuse('has a zero point other than 0')
  const made = layer(scope, 'quantize', [x], { bits }, { step: weightOf(step, [1]) }, step.name)
  return { ...x, ...made }
}

/** The way back: nothing where integers are seen as the multiples that they stand for. */
export const dequantize: Converter = scope => {
  const x = signal(scope)
  const before = scope.draft.layers.get(x.layer)
  const step = scope.draft.weights.get(`${x.layer}/step`)?.data[0]
  if (before?.type !== 'quantize' || step !== scalarOf(constant(scope, 1, 'scale')))
    refuse('does not follow a QuantizeLinear of the same scale')
  return x
}

/** Rounding as Tandem writes it, as `patterns/round-to-steps.ts` finds it. */
export const roundToSteps: Converter = scope => {
  const x = signal(scope)
  const step = constant(scope, 1, 'step')
  const weights = { step: weightOf(step, [1]) }
  return { ...x, ...layer(scope, 'quantize', [x], { bits: int(scope.node, 'bits', 8) }, weights, step.name) }
}

/** A sign that is 1 at 0, as `patterns/sign.ts` finds it. */
export const signOrOne: Converter = scope => {
  const x = signal(scope)
  return { ...x, ...layer(scope, 'quantize', [x], { bits: 1 }) }
}
