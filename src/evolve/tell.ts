import { InputError } from '../errors.js'
import type { Config } from './config.js'
import { excess } from './constraint.js'
import { generationOf, remember } from './history.js'
import { concatenate, join, type Population, pick } from './population.js'
import { follow } from './progress.js'
import type { State } from './state.js'
import { standingOf, survivors } from './survival.js'
import { checkGenome } from './variable.js'

/** What a genome came to. */
export interface Evaluation {
  /** In the config's order, all minimised. Infinity for a design that cannot be. */
  readonly objectives: ArrayLike<number>
  /** The values that the config's constraints bound, in their order. */
  readonly constraints?: ArrayLike<number>
}

export interface Evaluated extends Evaluation {
  readonly genome: ArrayLike<number>
}

/**
 * The state after one generation more: the best of the population and of what was evaluated survive. The genomes are
 * usually those asked, in any order that does not depend on chance; others of the space are taken as well.
 * Throws InputError for a genome outside the space, for too few or too many numbers, for NaN and −Infinity.
 */
export function tell(state: State, results: readonly Evaluated[]): State {
  if (results.length === 0) throw new InputError('tell needs one evaluated genome at least')
  const { config, seen, history, progress } = state
  const told = populationOf(config, results)
  const all = state.population.size === 0 ? told : join(state.population, told)
  const population = survivors(all, config.population, config.thinning)
  const standing = standingOf(population)
  const front = pick(
    population,
    Int32Array.from(standing.ranks.keys()).filter(i => standing.ranks[i] === 0),
  )
  const generation = state.generation + 1
  const evaluated = state.evaluated + results.length
  return {
    ...state,
    generation,
    evaluated,
    population,
    standing,
    seen: config.distinct === 'run' ? concatenate(seen, told.genomes) : seen,
    history: remember(history, generationOf(config, generation, evaluated, population, front)),
    progress: follow(progress, config, generation, front),
  }
}

function populationOf(config: Config, results: readonly Evaluated[]): Population {
  const { variables, objectives, constraints } = config
  const size = results.length
  const names = constraints.map(({ name }) => name)
  const population = {
    size,
    genomes: new Float64Array(size * variables.length),
    objectives: new Float64Array(size * objectives.length),
    constraints: new Float64Array(size * constraints.length),
    violations: new Float64Array(size),
  }
  for (const [i, { genome, ...result }] of results.entries()) {
    checkGenome(variables, genome)
    const values = result.constraints ?? []
    checkNumbers('objective', objectives, result.objectives, genome)
    checkNumbers('constraint', names, values, genome)
    population.genomes.set(genome, i * variables.length)
    population.objectives.set(result.objectives, i * objectives.length)
    population.constraints.set(values, i * constraints.length)
    for (const [c, constraint] of constraints.entries())
      population.violations[i]! += excess(constraint, values[c]!)
  }
  return population
}

function checkNumbers(
  what: string,
  names: readonly string[],
  values: ArrayLike<number>,
  genome: ArrayLike<number>,
): void {
  const refuse = (reason: string): never => {
    throw new InputError(`the evaluation of genome [${Array.from(genome).join(', ')}]: ${reason}`)
  }
  if (values.length !== names.length)
    refuse(`${values.length} ${what}s; there are ${names.length} (${names.join(', ')})`)
  for (let i = 0; i < names.length; i++)
    if (Number.isNaN(values[i]) || (what === 'objective' && values[i] === -Infinity))
      refuse(
        `${what} "${names[i]}" is ${values[i]}; it must be a number, Infinity where the design cannot be`,
      )
}
