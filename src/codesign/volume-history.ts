/** How far a search had come: the hypervolume of its front after so many evaluations. */
export interface VolumePoint {
  readonly evaluated: number
  readonly hypervolume: number
}

/** Points kept of a search. */
const KEPT = 200

/** The history with a point more, if the last one is far enough behind for `budget` evaluations to make some 200. */
export function recordVolume(
  history: readonly VolumePoint[],
  point: VolumePoint,
  budget: number,
): readonly VolumePoint[] {
  const last = history.at(-1)?.evaluated ?? 0
  return history.length === 0 || point.evaluated - last >= budget / KEPT ? [...history, point] : history
}
