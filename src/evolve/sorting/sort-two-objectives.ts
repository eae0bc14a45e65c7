import { lexicographicOrder } from './lexicographic-order.js'

/**
 * Non-dominated ranks for two objectives, O(n log n) (Jensen 2003). In lexicographic order a point can be dominated by
 * earlier ones only, and of a front by its last one first, the smallest in the second objective; so the front that
 * takes the point is found by bisection.
 */
export function sortTwoObjectives(objectives: Float64Array): Int32Array {
  const count = objectives.length / 2
  const ranks = new Int32Array(count)
  const lastFirst = new Float64Array(count)
  const lastSecond = new Float64Array(count)
  let fronts = 0
  for (const i of lexicographicOrder(objectives, 2)) {
    const first = objectives[2 * i]!
    const second = objectives[2 * i + 1]!
    let low = 0
    let high = fronts
    while (low < high) {
      const middle = (low + high) >> 1
      const theirs = lastSecond[middle]!
      if (theirs < second || (theirs === second && lastFirst[middle]! < first)) low = middle + 1
      else high = middle
    }
    if (low === fronts) fronts++
    ranks[i] = low
    lastFirst[low] = first
    lastSecond[low] = second
  }
  return ranks
}
