import { InputError } from '../errors.js'
import { ask } from './ask.js'
import type { Options, Question } from './config.js'
import { type Front, front } from './front.js'
import type { Problem } from './problem.js'
import { init, type State } from './state.js'
import { type Evaluation, tell } from './tell.js'
import { type StopReason, stopReason } from './termination.js'

export interface MinimiseOptions extends Omit<Options, keyof Question> {
  readonly seed?: number
  /** Goes on from here, as if never stopped, with the config and seed of that state. */
  readonly from?: State
  /** Told after every generation. */
  readonly onGeneration?: (state: State) => void
  /** Ends the search after the generation in progress. */
  readonly signal?: AbortSignal
}

export interface Outcome extends Front {
  readonly reason: StopReason | 'aborted'
  readonly state: State
}

/**
 * NSGA-II on a problem until its termination says so. All genomes of a generation are evaluated before any is awaited,
 * and their results keep the order of the genomes: who evaluates them, and how many do, makes no difference.
 * Throws InputError for options that cannot be, or without any limit, and whatever the problem throws.
 */
export async function minimise(problem: Problem, options: MinimiseOptions = {}): Promise<Outcome> {
  const { seed = 0, from, onGeneration, signal, ...settings } = options
  const { variables, objectives, constraints = [] } = problem
  let state = from ?? init({ variables, objectives, constraints, ...settings }, seed)
  if (Object.keys(state.config.termination).length === 0 && !signal)
    throw new InputError(
      'termination: give evaluations, generations, seconds or stagnation; nothing ends the search',
    )
  const start = performance.now()
  for (;;) {
    const reason = stopReason(state, (performance.now() - start) / 1000)
    if (reason || signal?.aborted) return { reason: reason ?? 'aborted', ...front(state), state }
    const genomes = ask(state)
    if (genomes.length === 0) return { reason: 'exhausted', ...front(state), state }
    const pending = genomes.map(genome => problem.evaluate(genome))
    const evaluations = pending.some(result => result instanceof Promise)
      ? await Promise.all(pending)
      : (pending as Evaluation[])
    state = tell(
      state,
      evaluations.map(({ objectives, constraints = [] }, i) => ({
        genome: genomes[i]!,
        objectives,
        constraints,
      })),
    )
    onGeneration?.(state)
  }
}
