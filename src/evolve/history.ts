import type { Config } from './config.js'
import { hypervolume } from './indicators/hypervolume.js'
import { rangesOf } from './indicators/ranges.js'
import type { Population } from './population.js'

/** One generation. */
export interface Generation {
  readonly generation: number
  readonly evaluated: number
  /** Members that meet every constraint, and those of them that no other dominates. */
  readonly feasible: number
  readonly front: number
  /** The least violation of a member: 0 once one is feasible. */
  readonly violation: number
  /** Of the front; absent while no member is feasible. */
  readonly ideal?: readonly number[]
  readonly nadir?: readonly number[]
  /** Of the front, where the config has a reference. */
  readonly hypervolume?: number
}

/** Records kept. Beyond, every second one is dropped and only every second generation recorded, again and again. */
const KEPT = 1024

export function generationOf(
  { objectives, reference }: Config,
  generation: number,
  evaluated: number,
  population: Population,
  front: Population,
): Generation {
  const violation = front.violations[0]!
  const feasible = population.violations.reduce((count, value) => count + Number(value === 0), 0)
  const counts = { generation, evaluated, feasible, front: feasible > 0 ? front.size : 0, violation }
  if (feasible === 0) return counts
  return {
    ...counts,
    ...rangesOf(front.objectives, objectives.length),
    ...(reference && { hypervolume: hypervolume(front.objectives, reference) }),
  }
}

/** The history with one generation more, at most 1,024 records: every 1st, 2nd, 4th … generation, and the last. */
export function remember(history: readonly Generation[], next: Generation): readonly Generation[] {
  const stride = (history[1]?.generation ?? 2) - (history[0]?.generation ?? 1)
  const last = history.at(-1)
  const replaced = last !== undefined && (last.generation - history[0]!.generation) % stride !== 0
  const grown = [...(replaced ? history.slice(0, -1) : history), next]
  return grown.length <= KEPT ? grown : grown.filter((_, i) => i % 2 === 0 || i === grown.length - 1)
}
