import { equalRows, lexicographicOrder } from './lexicographic-order.js'

/** The points of one front, each between its two neighbours in every objective. */
export interface Neighbours {
  /** How many points there are. */
  readonly count: number
  /** The points in lexicographic order. */
  readonly order: Int32Array
  /** For each objective and point, at `objective · count + point`: the next smaller and larger point, −1 at the ends. */
  readonly smaller: Int32Array
  readonly larger: Int32Array
  /** True for a point whose equal is there already; it has no neighbours. */
  readonly repeated: Uint8Array
  /** Σ over objectives of (larger neighbour − smaller neighbour) / (maximum − minimum); Infinity at an end. */
  distance(point: number): number
}

/**
 * Neighbours of the points whose indices are `members`, numbered as they are there. Ties in one objective are broken by
 * the following ones, so that nothing depends on the order of different points.
 */
export function neighboursOf(
  objectives: Float64Array,
  width: number,
  members: ArrayLike<number>,
): Neighbours {
  const count = members.length
  const smaller = new Int32Array(width * count).fill(-1)
  const larger = new Int32Array(width * count).fill(-1)
  const repeated = new Uint8Array(count)
  const values = new Float64Array(width * count)
  const spans = new Float64Array(width)
  const rows = new Float64Array(width * count)
  let order = new Int32Array(0) as Int32Array
  for (let objective = 0; objective < width; objective++) {
    for (let point = 0; point < count; point++)
      for (let j = 0; j < width; j++)
        rows[point * width + j] = objectives[members[point]! * width + ((objective + j) % width)]!
    const sorted = lexicographicOrder(rows, width)
    if (objective === 0) order = sorted
    let last = -1
    for (const point of sorted) {
      values[objective * count + point] = rows[point * width]!
      if (last >= 0 && equalRows(rows, width, last, point)) {
        repeated[point] = 1
        continue
      }
      if (last < 0) spans[objective] = -rows[point * width]!
      else {
        larger[objective * count + last] = point
        smaller[objective * count + point] = last
      }
      last = point
    }
    if (last >= 0) spans[objective]! += rows[last * width]!
  }

  const distance = (point: number): number => {
    if (repeated[point]) return 0
    let sum = 0
    for (let objective = 0; objective < width; objective++) {
      const at = objective * count
      const [before, after] = [smaller[at + point]!, larger[at + point]!]
      if (before < 0 || after < 0) return Infinity
      const span = spans[objective]!
      if (span > 0 && span < Infinity) sum += (values[at + after]! - values[at + before]!) / span
    }
    return sum
  }
  return { count, order, smaller, larger, repeated, distance }
}
