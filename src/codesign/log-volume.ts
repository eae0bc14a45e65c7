import { hypervolume } from '../evolve/index.js'

/** Smaller values count as this: a logarithm needs something. */
const LEAST = 1e-9

/** Most objectives whose hypervolume is measured. */
export const MOST_OBJECTIVES = 3

/**
 * Hypervolume of points in the logarithms of their objectives, up to the reference: designs differ by factors, and a
 * tenth less counts the same anywhere on the front.
 */
export function logVolume(points: readonly ArrayLike<number>[], reference: readonly number[]): number {
  const logs = new Float64Array(points.length * reference.length)
  for (const [i, point] of points.entries())
    for (let j = 0; j < reference.length; j++) logs[i * reference.length + j] = logarithm(point[j]!)
  return hypervolume(logs, reference.map(logarithm))
}

const logarithm = (value: number): number => Math.log(Math.max(LEAST, value))
