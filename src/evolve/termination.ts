import { InputError } from '../errors.js'
import type { State } from './state.js'

/** When a search ends: at whichever comes first. */
export interface Termination {
  /** Never exceeded: the last generation is cut to it. */
  readonly evaluations?: number
  readonly generations?: number
  readonly seconds?: number
  readonly stagnation?: Stagnation
}

/** Ends a search when the front has moved by no more than `tolerance` in so many generations (`progress.ts`). */
export interface Stagnation {
  readonly generations: number
  /** As a share of the front's range. */
  readonly tolerance: number
}

/** `exhausted`: no new genome is left, or none could be found (`ask`). */
export type StopReason = keyof Termination | 'exhausted'

/** Why the search is over, or undefined while it is not. The seconds are counted by whoever has a clock. */
export function stopReason(
  { config, evaluated, generation, progress }: State,
  seconds = 0,
): StopReason | undefined {
  const { termination } = config
  if (evaluated >= (termination.evaluations ?? Infinity)) return 'evaluations'
  if (generation >= (termination.generations ?? Infinity)) return 'generations'
  if (seconds >= (termination.seconds ?? Infinity)) return 'seconds'
  if (progress.change <= (termination.stagnation?.tolerance ?? -Infinity)) return 'stagnation'
  return undefined
}

/** Throws InputError for limits that are not above 0. */
export function checkTermination({ stagnation, ...limits }: Termination): void {
  for (const [name, value] of Object.entries(limits))
    if (!(value > 0)) throw new InputError(`termination.${name} must be above 0, got ${value}`)
  if (!stagnation) return
  const { generations, tolerance } = stagnation
  if (!Number.isSafeInteger(generations) || generations < 1)
    throw new InputError(
      `termination.stagnation.generations must be a whole number above 0, got ${generations}`,
    )
  if (!(tolerance >= 0))
    throw new InputError(`termination.stagnation.tolerance must be 0 or more, got ${tolerance}`)
}
