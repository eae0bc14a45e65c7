import { sortByDominators } from './sort-by-dominators.js'
import { sortTwoObjectives } from './sort-two-objectives.js'

/**
 * Fast non-dominated sort: the rank of every point, 0 for those that no other dominates, 1 for those that only points
 * of rank 0 dominate, and so on (Deb et al. 2002; minimisation). `objectives` holds `width` numbers a point, no NaN.
 * Equal points get equal ranks; the ranks do not depend on the order of the points.
 *
 *     nonDominatedSort(Float64Array.of(0, 1,  1, 0,  1, 1), 2) // Int32Array [0, 0, 1]
 */
export const nonDominatedSort = (objectives: Float64Array, width: number): Int32Array =>
  width === 2 ? sortTwoObjectives(objectives) : sortByDominators(objectives, width)

/** Indices by rank: one list a front, ascending. */
export function frontsOf(ranks: Int32Array): Int32Array[] {
  const sizes: number[] = []
  for (const rank of ranks) sizes[rank] = (sizes[rank] ?? 0) + 1
  const fronts = sizes.map(size => new Int32Array(size))
  const filled = sizes.map(() => 0)
  for (let i = 0; i < ranks.length; i++) fronts[ranks[i]!]![filled[ranks[i]!]!++] = i
  return fronts
}
