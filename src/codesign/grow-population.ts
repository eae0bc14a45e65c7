import type { State } from '../evolve/index.js'

/**
 * The state with half as many survivors more, `most` at the most, once its front fills the population; else the state
 * itself. A full population loses members of the front, and has nobody left to beat in a tournament.
 */
export function growPopulation(state: State, most: number): State {
  const { config, population, standing } = state
  if (config.population >= most || population.size < config.population) return state
  for (let i = 0; i < population.size; i++)
    if (population.violations[i]! > 0 || standing.ranks[i]! > 0) return state
  return { ...state, config: { ...config, population: Math.min(most, Math.ceil(1.5 * config.population)) } }
}
