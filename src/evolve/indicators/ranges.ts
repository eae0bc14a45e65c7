/** The smallest (ideal) and largest (nadir) of every objective over the points of a front. */
export interface Ranges {
  readonly ideal: readonly number[]
  readonly nadir: readonly number[]
}

export function rangesOf(front: Float64Array, width: number): Ranges {
  const ideal = new Array<number>(width).fill(Infinity)
  const nadir = new Array<number>(width).fill(-Infinity)
  for (let i = 0; i < front.length; i++) {
    const objective = i % width
    ideal[objective] = Math.min(ideal[objective]!, front[i]!)
    nadir[objective] = Math.max(nadir[objective]!, front[i]!)
  }
  return { ideal, nadir }
}
