import { workerData } from 'node:worker_threads'
import { exactJson } from '../runs/index.js'
import { answerTo } from './answer.js'
import { createEvaluator, type Evaluator, type Work } from './evaluator.js'

/** What a thread is started with. */
export interface ThreadStart {
  /** URL of the module of kinds. */
  readonly kinds: string
  /** Text of the work. */
  readonly work: string
}

const { kinds, work } = workerData as ThreadStart
let evaluator: Promise<Evaluator> | undefined

/** Does a task in the thread that this module is loaded in; its evaluator is made with the first. */
export const answerInThread = (task: string): Promise<string> =>
  answerTo(task, () => {
    evaluator ??= createEvaluator(kinds, exactJson.parse(work) as Work)
    return evaluator
  })
