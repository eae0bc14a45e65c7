import { execute } from './execute.js'
import { softmaxCrossEntropy } from './kernels/cross-entropy.js'
import type { Model } from './model.js'
import { tf } from './tensorflow.js'
import { batchTensors, countRight, type LabelledImages, readAll } from './train-step.js'
import type { Tensor } from './types.js'

export interface Evaluation {
  /** Share of the images classified right. */
  readonly accuracy: number
  /** Mean cross-entropy. */
  readonly loss: number
  readonly count: number
}

/**
 * Accuracy and loss over batches. `replace` may stand in for some weights (a gated superkernel); it is asked
 * once, before the first batch.
 */
export async function evaluate(
  model: Model,
  batches: AsyncIterable<LabelledImages>,
  replace: (values: ReadonlyMap<string, Tensor>) => ReadonlyMap<string, Tensor> = () => new Map(),
): Promise<Evaluation> {
  const values = tf.tidy(() => {
    const values = readAll(model.variables)
    for (const [name, value] of replace(values)) values.set(name, value)
    return Object.fromEntries(values)
  })
  let [count, right, loss] = [0, 0, 0]
  try {
    for await (const batch of batches) {
      tf.tidy(() => {
        const [x, labels] = batchTensors(model, batch)
        const logits = execute(model.network, x, { weight: name => values[name]! })
        right += countRight(logits, batch.labels)
        loss += softmaxCrossEntropy(logits, labels).dataSync()[0]! * batch.count
      })
      count += batch.count
    }
  } finally {
    tf.dispose(values)
  }
  return { accuracy: right / count, loss: loss / count, count }
}
