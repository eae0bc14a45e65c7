import { answerTo } from './answer.js'
import type { Crew } from './crew.js'
import { createEvaluator, type Evaluator, type Work } from './evaluator.js'
import { turnstile } from './turnstile.js'

/** This thread alone, one task after another. */
export function inlineCrew(kinds: string, work: Work): Crew {
  const turns = turnstile(1)
  let evaluator: Promise<Evaluator> | undefined
  const create = () => {
    evaluator ??= createEvaluator(kinds, work)
    return evaluator
  }
  return {
    size: 1,
    get waiting() {
      return turns.waiting
    },
    run: (task, signal) => turns.pass(() => answerTo(task, create), signal),
    async close() {
      const { dispose } = (await evaluator?.catch(() => undefined)) ?? {}
      await dispose?.()
    },
  }
}
