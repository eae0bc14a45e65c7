import { neighboursOf } from './neighbours.js'

/**
 * Crowding distance of the points of one front (Deb et al. 2002): for each objective the distance between the two
 * neighbours over the front's range, summed; Infinity for the ends of any objective. Of equal points one has the distance
 * and the others 0. `members` are the front's indices; the distances are in their order.
 */
export function crowdingDistance(
  objectives: Float64Array,
  width: number,
  members: ArrayLike<number>,
): Float64Array {
  const { count, distance } = neighboursOf(objectives, width, members)
  const distances = new Float64Array(count)
  for (let point = 0; point < count; point++) distances[point] = distance(point)
  return distances
}
