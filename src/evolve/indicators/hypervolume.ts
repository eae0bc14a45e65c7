import { InputError } from '../../errors.js'
import { ascendingOrder, lexicographicOrder } from '../sorting/lexicographic-order.js'

/**
 * Hypervolume: the exact measure of what the points dominate within the reference point (Zitzler & Thiele 1998),
 * for 1 to 3 objectives, minimised. `points` holds as many numbers a point as `reference` has; points that are not below
 * the reference in every objective add nothing. Two objectives: one sweep, O(n log n). Three: a sweep over the third that
 * keeps the staircase of the first two.
 *
 *     hypervolume(Float64Array.of(0, 0.5,  0.5, 0), [1, 1]) // 0.75
 *
 * Throws InputError for more than three objectives.
 */
export function hypervolume(points: Float64Array, reference: readonly number[]): number {
  const width = reference.length
  const inside = withinReference(points, reference)
  if (width === 1) return inside.reduce((best, value) => Math.max(best, reference[0]! - value), 0)
  if (width === 2) return sweepTwo(inside, reference)
  if (width === 3) return sweepThree(inside, reference)
  throw new InputError(`hypervolume is exact for 1 to 3 objectives, not for ${width}`)
}

function withinReference(points: Float64Array, reference: readonly number[]): Float64Array {
  const width = reference.length
  const inside = new Float64Array(points.length)
  let size = 0
  for (let start = 0; start < points.length; start += width) {
    let below = true
    for (let j = 0; j < width; j++) below &&= points[start + j]! < reference[j]!
    if (!below) continue
    for (let j = 0; j < width; j++) inside[size++] = points[start + j]!
  }
  return inside.subarray(0, size)
}

function sweepTwo(points: Float64Array, [right, top]: readonly number[]): number {
  let area = 0
  let lowest = top!
  for (const point of lexicographicOrder(points, 2)) {
    const y = points[2 * point + 1]!
    if (y >= lowest) continue
    area += (right! - points[2 * point]!) * (lowest - y)
    lowest = y
  }
  return area
}

function sweepThree(points: Float64Array, [right, top, far]: readonly number[]): number {
  const depths = points.filter((_, i) => i % 3 === 2)
  const stairs = staircase(right!, top!)
  let volume = 0
  let depth = far!
  for (const point of ascendingOrder(depths)) {
    volume += stairs.area() * (depths[point]! - depth)
    depth = depths[point]!
    stairs.add(points[3 * point]!, points[3 * point + 1]!)
  }
  return volume + stairs.area() * (far! - depth)
}

/** The staircase of what points in the plane dominate: x rising, y falling, with its area. */
function staircase(right: number, top: number) {
  const xs: number[] = []
  const ys: number[] = []
  let area = 0
  return {
    area: () => area,
    add(x: number, y: number): void {
      let low = 0
      for (let high = xs.length; low < high; ) {
        const middle = (low + high) >> 1
        if (xs[middle]! < x) low = middle + 1
        else high = middle
      }
      if (low > 0 && ys[low - 1]! <= y) return
      if (low < xs.length && xs[low] === x && ys[low]! <= y) return
      // What the new step adds: from x on, between y and the stairs, up to the first one below y.
      let end = low
      let from = x
      let height = low > 0 ? ys[low - 1]! : top
      for (; end < xs.length && ys[end]! >= y; end++) {
        area += (xs[end]! - from) * (height - y)
        from = xs[end]!
        height = ys[end]!
      }
      area += ((end < xs.length ? xs[end]! : right) - from) * (height - y)
      xs.splice(low, end - low, x)
      ys.splice(low, end - low, y)
    },
  }
}
