import { tf } from '../tensorflow.js'
import { toBfloat16 } from './bfloat16.js'
import { CompileError } from './compile-error.js'
import { encodeSavedModel } from './graph-def.js'
import { openSession } from './graph-session.js'
import { type Recording, record } from './record.js'
import type { Program, Step, Tensors } from './step.js'
import { sumsInOrder } from './sums-in-order.js'

/** What convolutions and batch norms are computed in; weights and sums are float32 in both. */
export type Precision = 'float32' | 'bf16'

export interface CompileOptions {
  readonly precision?: Precision | undefined
  /** Runs a step that cannot be compiled eagerly instead of throwing; `say` is told why. */
  readonly orEager?: (say: string) => void
}

/** A step as it is: every operation is dispatched from JavaScript. */
export const eager = (step: Step): Program => ({
  run: feeds => tf.tidy(() => step(feeds) as never) as Tensors,
  dispose: () => {},
})

/**
 * A step as a TensorFlow graph. The first run with feeds of new shapes records the step (running it eagerly without
 * its updates), every run is the graph's. Results are bitwise those of the eager step in float32, as long as the step
 * neither divides by a constant nor adds or multiplies two of them in a row: TensorFlow makes a product of the one and
 * a single constant of the other.
 *
 * Throws CompileError, at the first run, where the step reads a value, is not the same when recorded again (it draws
 * random numbers in JavaScript, or depends on something that is no feed), or holds what a graph cannot.
 */
export function compile(step: Step, { precision = 'float32', orEager }: CompileOptions = {}): Program {
  if (tf.getBackend() !== 'tensorflow') return eager(step)
  const programs = new Map<string, Program>()
  function program(feeds: Tensors): Program {
    try {
      const recording = recordTwice(step, feeds)
      return openSession(sumsInOrder(precision === 'bf16' ? toBfloat16(recording) : recording))
    } catch (error) {
      if (!(error instanceof CompileError) || !orEager) throw error
      orEager(error.message)
      return eager(step)
    }
  }
  return {
    run(feeds) {
      const key = signature(feeds)
      const known = programs.get(key) ?? program(feeds)
      programs.set(key, known)
      return known.run(feeds)
    },
    dispose() {
      for (const each of programs.values()) each.dispose()
      programs.clear()
    },
  }
}

const signature = (feeds: Tensors): string =>
  Object.entries(feeds)
    .map(([name, { dtype, shape }]) => `${name} ${dtype} ${shape}`)
    .join(';')

/** A recording that another one of the same step equals. */
function recordTwice(step: Step, feeds: Tensors): Recording {
  const [first, second] = [record(step, feeds), record(step, feeds)]
  for (const [i, node] of first.nodes.entries()) {
    const other = second.nodes[i]
    if (other && Buffer.compare(encodeSavedModel([node]), encodeSavedModel([other])) === 0) continue
    const user = first.nodes.find(({ input }) => input.includes(node.name))
    const what = node.op === 'Const' && user ? `an operand of ${user.name}` : node.name
    throw new CompileError(
      `A compiled step differs from one recording to the next in ${what}: feed what changes, and draw random numbers by seed and step.`,
    )
  }
  return first
}
