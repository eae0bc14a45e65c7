import { type Population, pick } from '../population.js'
import { ascendingOrder } from './lexicographic-order.js'
import { frontsOf, nonDominatedSort } from './non-dominated-sort.js'

/**
 * Fronts under constrained domination (Deb 2000): whoever is feasible dominates whoever is not; of two that are not, the
 * one with the smaller violation; of two that are, as always. So the feasible ones come first, by non-dominated rank; each
 * violation that follows is a front of its own. Indices of the population, ascending within a front.
 */
export function constrainedFronts(population: Population): Int32Array[] {
  const { objectives, violations, size } = population
  if (size === 0) return []
  const width = objectives.length / size
  const order = ascendingOrder(violations)
  const feasible = violations.reduce((count, violation) => count + Number(violation === 0), 0)
  const members = order.subarray(0, feasible)
  const fronts =
    feasible === size
      ? frontsOf(nonDominatedSort(objectives, width))
      : frontsOf(nonDominatedSort(pick(population, members).objectives, width)).map(front =>
          front.map(index => members[index]!),
        )
  for (let start = feasible, end = feasible; start < size; start = end) {
    while (end < size && violations[order[end]!] === violations[order[start]!]) end++
    fronts.push(order.slice(start, end))
  }
  return fronts
}
