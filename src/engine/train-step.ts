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

export interface TrainStepOptions {
  readonly learningRate: number
  /** λ of ½λ‖w‖² on the kernels. */
  readonly weightDecay?: number
  readonly labelSmoothing?: number
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

/** The batch as the network's input tensor and its labels. */
export const batchTensors = (
  { network }: Pick<Model, 'network'>,
  batch: LabelledImages,
): [Tensor, Tensor] => [
  tf.tensor(batch.images, [batch.count, ...network.input.shape]),
  tf.tensor1d(batch.labels, 'int32'),
]

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

/** One step of gradient descent on one batch. Updates the model's variables and the optimizer's slots in place. */
export function trainStep(
  model: Model,
  optimizer: Optimizer,
  batch: LabelledImages,
  options: TrainStepOptions,
): TrainStepResult {
  const { learningRate, weightDecay = 0, labelSmoothing = 0, seed, step } = options
  return tf.tidy(() => {
    const [x, labels] = batchTensors(model, batch)
    const values = readAll(model.variables)
    const weight = (name: string) => values.get(name)!
    const training = {
      seed,
      step,
      update: (name: string, value: Tensor) => model.variables.get(name)!.assign(value),
    }
    let logits: Tensor | undefined
    try {
      const { value, gradients: plain } = gradients(
        () => {
          logits = tf.keep(execute(model.network, x, { weight, training }))
          return softmaxCrossEntropy(logits, labels, labelSmoothing)
        },
        model.trainable.map(({ name }) => values.get(name)!),
      )
      const decayed = addWeightDecay(plain, model.trainable, values, model.kernels, weightDecay)
      applyGradients(optimizer, model.trainable, decayed, tf.scalar(learningRate))
      return { loss: value.dataSync()[0]!, right: countRight(logits!, batch.labels) }
    } finally {
      logits?.dispose()
    }
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
