import { compile } from './compile/compile.js'
import type { Program, Step, Tensors } from './compile/step.js'
import { type Execution, execute } from './execute.js'
import { softmaxCrossEntropy } from './kernels/cross-entropy.js'
import type { Model } from './model.js'
import {
  batchFeeds,
  countRight,
  type LabelledImages,
  type Replace,
  readAll,
  withTensors,
} from './train-step.js'
import type { Tensor } from './types.js'

export interface Evaluation {
  /** Share of the images classified right. */
  readonly accuracy: number
  /** Mean cross-entropy. */
  readonly loss: number
  readonly count: number
}

export interface EvaluationOptions extends Pick<Execution, 'statistics' | 'output'> {
  readonly replace?: Replace | undefined
}

/** Evaluates a batch. Feeds: `images`, `labels`, and what `replace` asks for. Outputs: `loss` and `logits`. */
export const evaluationStep =
  (model: Model, { replace, statistics = 'running', output }: EvaluationOptions = {}): Step =>
  feeds => {
    const values = readAll(model.variables)
    const replaced = replace?.(values, feeds)
    const logits = execute(model.network, feeds['images']!, {
      weight: name => replaced?.get(name) ?? values.get(name)!,
      statistics,
      ...(output && { output }),
    })
    return { loss: softmaxCrossEntropy(logits, feeds['labels']!), logits }
  }

/** Accuracy and loss over batches; `replace` may stand in for some weights (a gated superkernel). */
export function evaluate(model: Model, batches: Iterable<LabelledImages>, replace?: Replace): Evaluation {
  const program = compile(evaluationStep(model, { replace }))
  try {
    return evaluateWith(program, model, batches)
  } finally {
    program.dispose()
  }
}

/** Accuracy and loss over batches by a program of `evaluationStep`, which may be used again. */
export function evaluateWith(
  program: Program,
  model: Pick<Model, 'network'>,
  batches: Iterable<LabelledImages>,
  more: () => Tensors = () => ({}),
): Evaluation {
  let [count, right, loss] = [0, 0, 0]
  for (const batch of batches) {
    withTensors(() => {
      const outputs = program.run({ ...batchFeeds(model, batch), ...more() }) as Record<
        'loss' | 'logits',
        Tensor
      >
      right += countRight(outputs.logits, batch.labels)
      loss += outputs.loss.dataSync()[0]! * batch.count
    })
    count += batch.count
  }
  return { accuracy: right / count, loss: loss / count, count }
}
