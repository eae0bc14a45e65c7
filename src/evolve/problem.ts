import type { Question } from './config.js'
import type { Evaluation } from './tell.js'
import type { Genome } from './variable.js'

/** A question with the means to answer it. */
export interface Problem extends Question {
  /** Of one genome; a promise where others do the work. Must depend on nothing else and must not change the genome. */
  evaluate(genome: Genome): Evaluation | Promise<Evaluation>
}
