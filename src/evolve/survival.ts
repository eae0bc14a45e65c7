import { type Population, pick } from './population.js'
import { constrainedFronts } from './sorting/constrained-domination.js'
import { crowdingDistance } from './sorting/crowding-distance.js'
import { type Thinning, thinFront } from './sorting/thin-front.js'

/** What the tournament knows of a population's members. */
export interface Standing {
  /** Front under constrained domination; 0 is the best. */
  readonly ranks: Int32Array
  readonly crowding: Float64Array
}

/**
 * The survivors (Deb et al. 2002): whole fronts while they fit, then the least crowded of the one that does not.
 * Whoever is infeasible survives only where too few are feasible, by the smallest violation.
 */
export function survivors(population: Population, count: number, thinning: Thinning): Population {
  if (population.size <= count) return population
  const kept = new Int32Array(count)
  const width = population.objectives.length / population.size
  let taken = 0
  for (const front of constrainedFronts(population)) {
    const fitting = thinFront(population.objectives, width, front, count - taken, thinning)
    kept.set(fitting, taken)
    taken += fitting.length
    if (taken === count) break
  }
  return pick(population, kept)
}

/** Ranks and crowding distances of all members, each distance within the member's front. */
export function standingOf(population: Population): Standing {
  const ranks = new Int32Array(population.size)
  const crowding = new Float64Array(population.size)
  const width = population.objectives.length / population.size
  for (const [rank, front] of constrainedFronts(population).entries()) {
    const distances = crowdingDistance(population.objectives, width, front)
    for (let i = 0; i < front.length; i++) {
      ranks[front[i]!] = rank
      crowding[front[i]!] = distances[i]!
    }
  }
  return { ranks, crowding }
}
