import { type Config, configOf, type Options } from './config.js'
import type { Generation } from './history.js'
import { EMPTY, type Population } from './population.js'
import { NO_PROGRESS, type Progress } from './progress.js'
import type { Standing } from './survival.js'

/** A search between two generations: plain numbers, lists and typed arrays; nothing in it is ever changed. */
export interface State {
  readonly config: Config
  readonly seed: number
  /** Generations told so far. */
  readonly generation: number
  readonly evaluated: number
  /** Who survived. */
  readonly population: Population
  readonly standing: Standing
  /** Every genome told, where the config asks for genomes distinct in the whole run; else empty. */
  readonly seen: Float64Array
  readonly history: readonly Generation[]
  readonly progress: Progress
}

/**
 * The state before the first generation. Throws InputError for options that cannot be.
 *
 *     let state = init({ variables: [{ kind: 'real', name: 'x', low: 0, high: 1 }], objectives: ['f', 'g'] }, 7)
 *     for (let i = 0; i < 50; i++)
 *       state = tell(state, ask(state).map(genome => ({ genome, objectives: [genome[0], 1 - genome[0]] })))
 *     front(state).members
 */
export function init(options: Options, seed = 0): State {
  return {
    config: configOf(options),
    seed,
    generation: 0,
    evaluated: 0,
    population: EMPTY,
    standing: { ranks: new Int32Array(0), crowding: new Float64Array(0) },
    seen: new Float64Array(0),
    history: [],
    progress: NO_PROGRESS,
  }
}
