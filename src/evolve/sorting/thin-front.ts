import { ascendingOrder } from './lexicographic-order.js'
import { neighboursOf } from './neighbours.js'

/**
 * How a front that does not fit is thinned: by the crowding distances as they are (Deb et al. 2002), or one point at a
 * time, the distances of its neighbours taken anew (Kukkonen & Deb 2006). The second leaves an even spread.
 */
export type Thinning = 'at-once' | 'one-by-one'

/** The `keep` of a front's members that are crowded least, ascending; of equally crowded ones the lexicographically first go. */
export function thinFront(
  objectives: Float64Array,
  width: number,
  members: Int32Array,
  keep: number,
  thinning: Thinning,
): Int32Array {
  if (members.length <= keep) return members
  const removed = (thinning === 'at-once' ? mostCrowded : mostCrowdedInTurn)(
    objectives,
    width,
    members,
    members.length - keep,
  )
  return members.filter((_, point) => removed[point] === 0)
}

/** Marks the points to remove. */
function mostCrowded(
  objectives: Float64Array,
  width: number,
  members: Int32Array,
  count: number,
): Uint8Array {
  const { order, distance } = neighboursOf(objectives, width, members)
  const places = ascendingOrder(Float64Array.from(order, point => distance(point)))
  const removed = new Uint8Array(members.length)
  for (const place of places.subarray(0, count)) removed[order[place]!] = 1
  return removed
}

function mostCrowdedInTurn(
  objectives: Float64Array,
  width: number,
  members: Int32Array,
  count: number,
): Uint8Array {
  const { order, smaller, larger, repeated, distance } = neighboursOf(objectives, width, members)
  const size = members.length
  const removed = new Uint8Array(size)
  const distances = Float64Array.from(members, (_, point) => distance(point))
  for (let round = 0; round < count; round++) {
    let least = -1
    for (const point of order)
      if (removed[point] === 0 && (least < 0 || distances[point]! < distances[least]!)) least = point
    removed[least] = 1
    if (repeated[least]) continue
    for (let at = 0; at < width * size; at += size) {
      const [before, after] = [smaller[at + least]!, larger[at + least]!]
      if (before >= 0) larger[at + before] = after
      if (after >= 0) smaller[at + after] = before
    }
    for (let at = 0; at < width * size; at += size)
      for (const point of [smaller[at + least]!, larger[at + least]!])
        if (point >= 0) distances[point] = distance(point)
  }
  return removed
}
