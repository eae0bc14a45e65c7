import type { State } from '../evolve/index.js'

/**
 * The state with twice the survivors, `most` at the most, once its front fills half of the population; else the state
 * itself. A population that its front fills loses members of the front, and has nobody left to beat in a tournament.
 */
export function growPopulation(state: State, most: number): State {
  const { config, population, standing } = state
  if (config.population >= most) return state
  let front = 0
  for (let i = 0; i < population.size; i++)
    if (population.violations[i] === 0 && standing.ranks[i] === 0) front++
  if (2 * front < config.population) return state
  return { ...state, config: { ...config, population: Math.min(most, 2 * config.population) } }
}
