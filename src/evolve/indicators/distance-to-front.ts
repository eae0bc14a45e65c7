/** Mean over the points of `from` of the Euclidean distance to the nearest point of `to`, `width` numbers a point. */
function meanNearestDistance(from: Float64Array, to: Float64Array, width: number): number {
  let sum = 0
  for (let i = 0; i < from.length; i += width) {
    let nearest = Infinity
    for (let k = 0; k < to.length; k += width) {
      let squared = 0
      for (let j = 0; j < width; j++) squared += (from[i + j]! - to[k + j]!) ** 2
      if (squared < nearest) nearest = squared
    }
    sum += Math.sqrt(nearest)
  }
  return sum / (from.length / width)
}

/**
 * Inverted generational distance (Coello & Reyes Sierra 2004, without the root of the sum): how far the true front's
 * points are from the found ones, on average. Small means near and well spread.
 */
export const invertedGenerationalDistance = (
  found: Float64Array,
  front: Float64Array,
  width: number,
): number => meanNearestDistance(front, found, width)

/** The convergence metric Υ of Deb et al. 2002: how far the found points are from the true front, on average. */
export const convergence = (found: Float64Array, front: Float64Array, width: number): number =>
  meanNearestDistance(found, front, width)
