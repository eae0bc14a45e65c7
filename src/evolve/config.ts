import { InputError } from '../errors.js'
import { type Constraint, checkConstraints } from './constraint.js'
import type { VariationRates } from './operators/variation.js'
import type { Thinning } from './sorting/thin-front.js'
import { checkTermination, type Termination } from './termination.js'
import { checkGenome, checkVariables, type Variable } from './variable.js'

/** What is searched: variables, the names of what is minimised, and what must hold. */
export interface Question {
  readonly variables: readonly Variable[]
  readonly objectives: readonly string[]
  readonly constraints?: readonly Constraint[]
}

/** How it is searched; everything has a default. */
export interface Settings {
  /** Survivors of a generation (100). */
  readonly population: number
  /** Genomes asked a generation (as many as survive). */
  readonly offspring: number
  /** A pair 0.9, then each variable 0.5, η 15. */
  readonly crossover: VariationRates
  /** A child 0.9, then each variable min(½, 1 / variables), η 20. */
  readonly mutation: VariationRates
  /** `one-by-one`. */
  readonly thinning: Thinning
  /**
   * A genome is proposed only if it is new to the population, or to the whole run. The second suits small spaces and
   * dear evaluations; every genome is then remembered.
   */
  readonly distinct: 'population' | 'run'
  /** Genomes that the first generation begins with; the rest is drawn uniformly. */
  readonly initial: readonly (readonly number[])[]
  /** Where given, the history holds the hypervolume to it. */
  readonly reference?: readonly number[]
  readonly termination: Termination
}

/** All of it, plain JSON. */
export type Config = Required<Question> & Settings

export interface Options extends Question, Partial<Omit<Settings, 'crossover' | 'mutation'>> {
  readonly crossover?: Partial<VariationRates>
  readonly mutation?: Partial<VariationRates>
}

/** Fills in the defaults. Throws InputError, which names the setting, for what cannot be. */
export function configOf(options: Options): Config {
  checkVariables(options.variables)
  const { population = 100, constraints = [] } = options
  const config: Config = {
    ...options,
    constraints,
    population,
    offspring: options.offspring ?? population,
    crossover: { probability: 0.9, perVariable: 0.5, eta: 15, ...options.crossover },
    mutation: {
      probability: 0.9,
      perVariable: Math.min(0.5, 1 / options.variables.length),
      eta: 20,
      ...options.mutation,
    },
    thinning: options.thinning ?? 'one-by-one',
    distinct: options.distinct ?? 'population',
    initial: options.initial ?? [],
    termination: options.termination ?? {},
  }
  check(config)
  return config
}

function check(config: Config): void {
  const { objectives, reference } = config
  if (objectives.length === 0) throw new InputError('there are no objectives: name one at least')
  if (new Set(objectives).size < objectives.length)
    throw new InputError(`objectives ${objectives.join(', ')}: one is there twice`)
  checkConstraints(config.constraints)
  for (const key of ['population', 'offspring'] as const)
    if (!Number.isSafeInteger(config[key]) || config[key] < 1)
      throw new InputError(`${key} must be a whole number above 0, got ${config[key]}`)
  for (const key of ['crossover', 'mutation'] as const) {
    const { probability, perVariable, eta } = config[key]
    for (const [name, value] of Object.entries({ probability, perVariable }))
      if (!(value >= 0 && value <= 1))
        throw new InputError(`${key}.${name} must be from 0 to 1, got ${value}`)
    if (!(eta >= 0 && eta < Infinity)) throw new InputError(`${key}.eta must be 0 or more, got ${eta}`)
  }
  if (config.initial.length > config.population)
    throw new InputError(
      `${config.initial.length} initial genomes do not fit a population of ${config.population}`,
    )
  for (const genome of config.initial) checkGenome(config.variables, genome)
  if (reference && (reference.length !== objectives.length || reference.length > 3))
    throw new InputError(
      `a hypervolume's reference takes one number for each of 1 to 3 objectives; it has ${reference.length}, and there are ${objectives.length} objectives`,
    )
  checkTermination(config.termination)
}
