import { exactJson } from '../runs/index.js'
import type { Evaluator } from './evaluator.js'
import { type PackedError, packError } from './pack-error.js'

/** What comes of a task: its result, or why there is none. */
export type Answer = { readonly seconds: number } & (
  | { readonly result: unknown }
  | { readonly error: PackedError }
)

/**
 * Does a task that is given as text and gives the answer as text, so that numbers come out alike wherever it is done. Never
 * rejects.
 */
export async function answerTo(task: string, evaluator: () => Promise<Evaluator>): Promise<string> {
  const started = performance.now()
  const seconds = () => (performance.now() - started) / 1000
  try {
    const { evaluate } = await evaluator()
    const result = await evaluate(exactJson.parse(task) as never)
    return exactJson.stringify({ seconds: seconds(), result } satisfies Answer)
  } catch (error) {
    return exactJson.stringify({ seconds: seconds(), error: packError(error) } satisfies Answer)
  }
}

export const readAnswer = (text: string): Answer => exactJson.parse(text) as Answer
