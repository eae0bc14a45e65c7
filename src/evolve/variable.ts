import { InputError } from '../errors.js'

/** A number between bounds, both included. */
export interface RealVariable {
  readonly kind: 'real'
  readonly name: string
  readonly low: number
  readonly high: number
}

/** A whole number between bounds, both included. */
export interface IntegerVariable {
  readonly kind: 'integer'
  readonly name: string
  readonly low: number
  readonly high: number
}

/** One of a list whose neighbours are alike: 1, 2, 4, 8. A genome holds the index. */
export interface OrdinalVariable {
  readonly kind: 'ordinal'
  readonly name: string
  readonly values: readonly (number | string)[]
}

/** One of a list without an order. A genome holds the index. */
export interface CategoricalVariable {
  readonly kind: 'categorical'
  readonly name: string
  readonly values: readonly (number | string)[]
}

export type Variable = RealVariable | IntegerVariable | OrdinalVariable | CategoricalVariable

/** One number a variable, in their order: its value, or the index of it where the variable is a list. */
export type Genome = Float64Array

/** The range of the numbers that a genome holds for one variable. */
export interface Domain {
  readonly kind: Variable['kind']
  readonly low: number
  readonly high: number
}

export const domainOf = (variable: Variable): Domain =>
  'values' in variable
    ? { kind: variable.kind, low: 0, high: variable.values.length - 1 }
    : { kind: variable.kind, low: variable.low, high: variable.high }

/** What a genome stands for: numbers as they are, lists by their entry. */
export const decodeGenome = (
  variables: readonly Variable[],
  genome: ArrayLike<number>,
): readonly (number | string)[] =>
  variables.map((variable, i) => ('values' in variable ? variable.values[genome[i]!]! : genome[i]!))

/**
 * The genome of values. Throws InputError for a value that the variable cannot have.
 *
 *     encodeGenome([{ kind: 'ordinal', name: 'rows', values: [8, 16, 32] }], [32]) // Float64Array [2]
 */
export function encodeGenome(variables: readonly Variable[], values: readonly (number | string)[]): Genome {
  const genome = Float64Array.from(variables, (variable, i) =>
    'values' in variable ? variable.values.indexOf(values[i]!) : Number(values[i]),
  )
  checkGenome(variables, genome)
  return genome
}

/** How many genomes there are; Infinity where a variable is real and not fixed. */
export const spaceSize = (variables: readonly Variable[]): number =>
  variables.map(domainOf).reduce((size, { kind, low, high }) => {
    const choices = kind === 'real' && low < high ? Infinity : high - low + 1
    return size * choices
  }, 1)

/** Throws InputError for a genome of another length, or with a number outside its variable's domain. */
export function checkGenome(variables: readonly Variable[], genome: ArrayLike<number>): void {
  if (genome.length !== variables.length)
    throw new InputError(
      `a genome of ${genome.length} numbers; there are ${variables.length} variables, one number each`,
    )
  for (const [i, variable] of variables.entries()) {
    const { kind, low, high } = domainOf(variable)
    const value = genome[i]!
    if (value >= low && value <= high && (kind === 'real' || Number.isInteger(value))) continue
    const what =
      'values' in variable ? `an index of its ${high + 1} values` : `${kind} from ${low} to ${high}`
    throw new InputError(`variable "${variable.name}": ${value} is not ${what}`)
  }
}

/** Throws InputError for variables that no genome can have. */
export function checkVariables(variables: readonly Variable[]): void {
  if (variables.length === 0) throw new InputError('there are no variables: give one at least')
  const names = new Set<string>()
  for (const variable of variables) {
    const refuse = (reason: string): never => {
      throw new InputError(`variable "${variable.name}": ${reason}`)
    }
    if (names.has(variable.name)) refuse('another one has that name')
    names.add(variable.name)
    if ('values' in variable) {
      if (variable.values.length === 0) refuse('it has no values')
      if (new Set(variable.values).size < variable.values.length) refuse('one of its values is there twice')
      continue
    }
    const { kind, low, high } = variable
    const right = kind === 'real' ? Number.isFinite : Number.isSafeInteger
    if (!right(low) || !right(high)) refuse(`bounds ${low} and ${high} are not ${kind} numbers`)
    if (low > high) refuse(`its lower bound ${low} is above its upper bound ${high}`)
  }
}
