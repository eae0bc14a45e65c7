import type { Config } from './config.js'
import { rangesOf } from './indicators/ranges.js'
import type { Population } from './population.js'

/** Where the front stood when it was last looked at, and how far it had moved by then. */
export interface Progress {
  readonly generation: number
  /** Of the front, or nothing while no member was feasible. */
  readonly objectives: Float64Array
  /** The least of the population. */
  readonly violation: number
  /** Infinity until there is something to compare. */
  readonly change: number
}

export const NO_PROGRESS: Progress = Object.freeze({
  generation: 0,
  objectives: new Float64Array(0),
  violation: Infinity,
  change: Infinity,
})

/** Looks at a generation's front, every so many generations as the termination asks. */
export function follow(
  progress: Progress,
  { termination, objectives: { length: width } }: Config,
  generation: number,
  front: Population,
): Progress {
  const every = termination.stagnation?.generations
  if (every === undefined || (generation > 1 && generation < progress.generation + every)) return progress
  const violation = front.violations[0]!
  const objectives = violation === 0 ? front.objectives : new Float64Array(0)
  const change =
    progress.violation === Infinity
      ? Infinity
      : violation > 0
        ? 1 - violation / progress.violation
        : progress.violation > 0
          ? Infinity
          : frontChange(progress.objectives, objectives, width)
  return { generation, objectives, violation, change }
}

/**
 * How far a front has come since an earlier one, in shares of its range: the larger of
 *
 * - the mean over the earlier points a of max_z min_j (a_j − z_j), by how much some new point z betters a in every
 *   objective at once (0 where none does);
 * - the gain of the ideal point in any objective.
 *
 * Unlike distances between fronts it is 0 for one that only shuffles its points.
 */
export function frontChange(before: Float64Array, after: Float64Array, width: number): number {
  const { ideal, nadir } = rangesOf(after, width)
  const scale = ideal.map((low, j) =>
    nadir[j]! - low > 0 && nadir[j]! - low < Infinity ? nadir[j]! - low : 1,
  )
  let sum = 0
  for (let i = 0; i < before.length; i += width) {
    let best = 0
    for (let k = 0; k < after.length; k += width) {
      let least = Infinity
      for (let j = 0; j < width; j++) least = Math.min(least, (before[i + j]! - after[k + j]!) / scale[j]!)
      if (least > best) best = least
    }
    sum += best
  }
  const gains = rangesOf(before, width).ideal.map((low, j) => (low - ideal[j]!) / scale[j]!)
  return Math.max(sum / (before.length / width), ...gains)
}
