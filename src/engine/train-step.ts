import type { Program, Step, Tensors } from './compile/step.js'
import { execute } from './execute.js'
import { gradients } from './gradients.js'
import { softmaxCrossEntropy } from './kernels/cross-entropy.js'
import type { Model } from './model.js'
import { applyGradients, type Optimizer } from './optimizers/optimizer.js'
import { tf } from './tensorflow.js'
import type { Tensor } from './types.js'
import type { Variable } from './variable.js'

/** Images [count × height × width × channels], normalised, and their classes. */
export interface LabelledImages {
  readonly images: Float32Array
  readonly labels: Int32Array
  readonly count: number
}

/** Weights computed from the variables' values inside of a step (a gated superkernel, a mask), by name. */
export type Replace = (values: ReadonlyMap<string, Tensor>, feeds: Tensors) => ReadonlyMap<string, Tensor>

export interface TrainStepOptions {
  /** λ of ½λ‖w‖² on the kernels. */
  readonly weightDecay?: number
  readonly labelSmoothing?: number
  readonly replace?: Replace
}

/**
 * One step of gradient descent on one batch: updates the model's variables and the optimizer's slots in place.
 * Feeds: those of `batchFeeds` and `positionFeeds`, and what `replace` asks for. Outputs: `loss`, the cross-entropy
 * without the weight decay, and `logits` [n, classes].
 */
export const trainStep =
  (
    model: Model,
    optimizer: Optimizer,
    { weightDecay = 0, labelSmoothing = 0, replace }: TrainStepOptions = {},
  ): Step =>
  feeds => {
    const { images, labels, learningRate, seed, step } = feeds as Record<string, Tensor>
    const values = readAll(model.variables)
    const update = (name: string, value: Tensor) => model.variables.get(name)!.assign(value)
    let logits: Tensor | undefined
    try {
      const { value: loss, gradients: plain } = gradients(
        () => {
          const replaced = replace?.(values, feeds)
          const weight = (name: string) => replaced?.get(name) ?? values.get(name)!
          const training = { seed: seed!, step: step!, update }
          logits = tf.keep(execute(model.network, images!, { weight, training }))
          return softmaxCrossEntropy(logits, labels!, labelSmoothing)
        },
        model.trainable.map(({ name }) => values.get(name)!),
      )
      const decayed = addWeightDecay(plain, model.trainable, values, model.kernels, weightDecay)
      applyGradients(optimizer, model.trainable, decayed, paceOf(learningRate!, step!))
      return { loss, logits: tf.clone(logits!) }
    } finally {
      logits?.dispose()
    }
  }

/** Where in a training a step is. */
export interface StepPosition {
  readonly learningRate: number
  /** Seed and number of the step: they name its dropout masks. */
  readonly seed: number
  readonly step: number
}

export interface TrainStepResult {
  /** Cross-entropy, without the weight decay. */
  readonly loss: number
  /** Images of the batch that were classified right. */
  readonly right: number
}

/** Takes one step of a model with a program of `trainStep` (made by `compile` or `eager`). */
export function takeStep(
  program: Program,
  model: Pick<Model, 'network'>,
  batch: LabelledImages,
  position: StepPosition,
  more: () => Tensors = () => ({}),
): TrainStepResult {
  return withTensors(() => {
    const feeds = { ...batchFeeds(model, batch), ...positionFeeds(position), ...more() }
    const { loss, logits } = program.run(feeds) as Record<'loss' | 'logits', Tensor>
    return { loss: loss.dataSync()[0]!, right: countRight(logits, batch.labels) }
  })
}

/** `tf.tidy` for a result that holds no tensors. */
export const withTensors = <T>(body: () => T): T => tf.tidy(body as never) as T

/** A batch as the network's input tensor `images` and its `labels`. */
export const batchFeeds = ({ network }: Pick<Model, 'network'>, batch: LabelledImages) => ({
  images: tf.tensor(batch.images, [batch.count, ...network.input.shape]) as Tensor,
  labels: tf.tensor1d(batch.labels, 'int32') as Tensor,
})

/** A position as the scalars `learningRate`, `seed` and `step`. */
export const positionFeeds = ({ learningRate, seed, step }: StepPosition) => ({
  learningRate: tf.scalar(learningRate) as Tensor,
  // Seeds are up to 53 bits long; TensorFlow's keys have 32.
  seed: tf.scalar(seed % 2 ** 31, 'int32') as Tensor,
  step: tf.scalar(step, 'int32') as Tensor,
})

/** The pace of an update at a step: it is the (step + 1)-th. */
export const paceOf = (learningRate: Tensor, step: Tensor) => ({
  learningRate,
  count: tf.add(tf.cast(step, 'float32'), 1),
})

/** All variables of a model, read: by name. To be called within tf.tidy. */
export const readAll = (variables: ReadonlyMap<string, Variable>): Map<string, Tensor> =>
  new Map([...variables].map(([name, variable]) => [name, variable.read()]))

/** ∂/∂w of ½λ‖w‖² added to the gradients of the kernels among `variables`. */
export function addWeightDecay(
  gradients: readonly Tensor[],
  variables: readonly Variable[],
  values: ReadonlyMap<string, Tensor>,
  kernels: ReadonlySet<string>,
  weightDecay: number,
): Tensor[] {
  return gradients.map((gradient, i) => {
    const { name } = variables[i]!
    if (weightDecay === 0 || !kernels.has(name)) return gradient
    return tf.add(gradient, tf.mul(values.get(name)!, weightDecay))
  })
}

/** How many rows of logits [n, k] have their largest value at the label. */
export function countRight(logits: Tensor, labels: Int32Array): number {
  const values = logits.dataSync()
  const k = logits.shape[1]!
  let right = 0
  for (const [n, label] of labels.entries()) {
    let best = 0
    for (let c = 1; c < k; c++) if (values[n * k + c]! > values[n * k + best]!) best = c
    if (best === label) right++
  }
  return right
}
