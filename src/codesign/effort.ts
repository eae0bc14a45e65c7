/** Wall time and work done, which depend on the machine and on how often the run was stopped. */
export interface Effort {
  readonly seconds: number
  readonly accelerators: number
  readonly mappings: number
}

export const NO_EFFORT: Effort = Object.freeze({ seconds: 0, accelerators: 0, mappings: 0 })

type Counts = Pick<Effort, 'accelerators' | 'mappings'>

/** The effort so far with what was done since `start`, when there were `before`. */
export const effortSince = (effort: Effort, start: number, before: Counts, now: Counts): Effort => ({
  seconds: effort.seconds + (performance.now() - start) / 1000,
  accelerators: effort.accelerators + now.accelerators - before.accelerators,
  mappings: effort.mappings + now.mappings - before.mappings,
})
