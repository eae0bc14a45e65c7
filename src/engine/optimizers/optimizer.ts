import type { Tensor } from '../types.js'
import { createVariable, type Variable } from '../variable.js'
import { adam } from './adam.js'
import { momentum } from './momentum.js'
import { rmsprop } from './rmsprop.js'

/** How one kind of optimizer updates a variable: which slots it keeps, and one operation per update. */
export interface Rule {
  /** Names of the slots kept beside every variable, each of the variable's shape, with their first value. */
  readonly slots: Readonly<Record<string, number>>
  /** Updates `variable` and its slots in place. */
  update(variable: Variable, slots: readonly Variable[], gradient: Tensor, pace: Pace): void
}

/** Scalars that change from update to update. */
export interface Pace {
  readonly learningRate: Tensor
  /** 1 at the first update. */
  readonly count: Tensor
}

export type OptimizerOptions =
  | { readonly kind: 'momentum'; readonly momentum?: number; readonly nesterov?: boolean }
  | { readonly kind: 'adam'; readonly beta1?: number; readonly beta2?: number; readonly epsilon?: number }
  | {
      readonly kind: 'rmsprop'
      readonly decay?: number
      readonly momentum?: number
      readonly epsilon?: number
    }

/** A rule and the slots of one group of variables. */
export interface Optimizer {
  readonly rule: Rule
  readonly slots: ReadonlyMap<string, readonly Variable[]>
}

const ruleOf = (options: OptimizerOptions): Rule => {
  switch (options.kind) {
    case 'momentum':
      return momentum(options)
    case 'adam':
      return adam(options)
    case 'rmsprop':
      return rmsprop(options)
  }
}

/** An optimizer for `variables`; its slots start at their first values. */
export function createOptimizer(variables: readonly Variable[], options: OptimizerOptions): Optimizer {
  const rule = ruleOf(options)
  const slots = new Map(
    variables.map(({ name, shape }) => [
      name,
      Object.entries(rule.slots).map(([slot, value]) =>
        createVariable(
          `${name}/${slot}`,
          shape,
          new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value),
        ),
      ),
    ]),
  )
  return { rule, slots }
}

/** Applies one update to every variable. `gradients` are in the order of `variables`. */
export function applyGradients(
  optimizer: Optimizer,
  variables: readonly Variable[],
  gradients: readonly Tensor[],
  pace: Pace,
): void {
  for (const [i, variable] of variables.entries()) {
    const slots = optimizer.slots.get(variable.name)!
    optimizer.rule.update(variable, slots, gradients[i]!, pace)
  }
}

/** Every slot; named `<variable>/<slot>`. */
export const optimizerVariables = ({ slots }: Optimizer): Variable[] => [...slots.values()].flat()

export function disposeOptimizer(optimizer: Optimizer): void {
  for (const variable of optimizerVariables(optimizer)) variable.dispose()
}
