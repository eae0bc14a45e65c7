import type { BatchSource } from '../data/index.js'
import { RunError } from '../errors.js'
import { initialize, type Network, type Weights } from '../network/index.js'
import { compile, type Precision } from './compile/compile.js'
import type { Program } from './compile/step.js'
import { createModel, disposeModel, type Model, readVariables } from './model.js'
import {
  createOptimizer,
  disposeOptimizer,
  type Optimizer,
  type OptimizerOptions,
  optimizerVariables,
} from './optimizers/optimizer.js'
import { tf } from './tensorflow.js'
import { type TrainStepResult, takeStep, trainStep } from './train-step.js'

/** A learning rate that falls in steps. */
export interface StepSchedule {
  /** Shares of the epochs, ascending, at each of which the rate is multiplied by `factor`. */
  readonly at: readonly number[]
  readonly factor: number
}

/** How a network is trained. */
export interface TrainingPlan {
  readonly epochs: number
  readonly batchSize: number
  /** Peak of the learning rate: linear warm-up over `warmupEpochs`, then half a cosine down to 0. */
  readonly learningRate: number
  /** A third of all epochs at most, whatever is said here. */
  readonly warmupEpochs: number
  /** In place of the cosine. */
  readonly schedule?: StepSchedule
  readonly weightDecay: number
  readonly labelSmoothing: number
  readonly optimizer: OptimizerOptions
  /** What convolutions and batch norms are computed in; float32 where it is left out. */
  readonly precision?: Precision
}

/** A network being trained: its weights in the engine, the optimizer's slots, the number of steps taken. */
export interface Training {
  readonly model: Model
  readonly optimizer: Optimizer
  readonly program: Program
  step: number
}

/** Starts training from the network's weights, or from weights drawn by `seed` where it has none. */
export function startTraining(network: Network, plan: TrainingPlan, seed: number): Training {
  const hasWeights = Object.keys(network.weights).length > 0
  const model = createModel(hasWeights ? network : initialize(network, seed))
  const optimizer = createOptimizer(model.trainable, plan.optimizer)
  const { precision } = plan
  return { model, optimizer, program: compile(trainStep(model, optimizer, plan), { precision }), step: 0 }
}

/** Takes one step on the next batch of `source`; epochs follow from the step's number. */
export async function trainingStep(
  training: Training,
  source: BatchSource,
  plan: TrainingPlan,
  seed: number,
): Promise<TrainStepResult & { readonly count: number }> {
  const { model, program, step } = training
  const { stepsPerEpoch } = source
  const batch = await source.batch(Math.floor(step / stepsPerEpoch), step % stepsPerEpoch)
  const learningRate = learningRateAt(step, stepsPerEpoch, plan)
  const result = takeStep(program, model, batch, { learningRate, seed, step })
  refuseDivergence(result.loss, step)
  training.step++
  return { ...result, count: batch.count }
}

/** Throws RunError when the loss of a step is no number any more. */
export function refuseDivergence(loss: number, step: number): void {
  if (Number.isFinite(loss)) return
  throw new RunError(`Training diverged at step ${step} (its loss is ${loss}): try a smaller learning rate`)
}

/** Linear warm-up to the peak, in a short training a third of it, then η(t) = peak · (1 + cos(π·t)) / 2 with t from 0 to 1, or steps down from it. */
export function learningRateAt(
  step: number,
  stepsPerEpoch: number,
  plan: Pick<TrainingPlan, 'epochs' | 'learningRate' | 'warmupEpochs' | 'schedule'>,
): number {
  const { epochs, learningRate, warmupEpochs, schedule } = plan
  const warmup = Math.min(warmupEpochs, epochs / 3) * stepsPerEpoch
  if (step < warmup) return (learningRate * (step + 1)) / warmup
  if (schedule) {
    const passed = schedule.at.filter(share => step >= Math.round(share * epochs * stepsPerEpoch))
    return learningRate * schedule.factor ** passed.length
  }
  const t = (step - warmup) / Math.max(1, epochs * stepsPerEpoch - warmup)
  return (learningRate * (1 + Math.cos(Math.PI * Math.min(1, t)))) / 2
}

/** Everything a training holds, as plain JSON and named weights. */
export interface PackedTraining {
  readonly json: { readonly step: number }
  readonly tensors: Weights
}

export const packTraining = ({ model, optimizer, step }: Training): PackedTraining => ({
  json: { step },
  tensors: readVariables([...model.variables.values(), ...optimizerVariables(optimizer)]),
})

/** A training as `packTraining` left it. */
export function unpackTraining(network: Network, plan: TrainingPlan, packed: PackedTraining): Training {
  const training = startTraining({ ...network, weights: packed.tensors }, plan, 0)
  restoreOptimizer(training.optimizer, packed.tensors)
  training.step = packed.json.step
  return training
}

/** Gives an optimizer's slots the values they had. */
export function restoreOptimizer(optimizer: Optimizer, tensors: Weights): void {
  for (const variable of optimizerVariables(optimizer)) {
    const { shape, data } = tensors[variable.name]!
    tf.tidy(() => variable.assign(tf.tensor(data, [...shape])))
  }
}

export function disposeTraining({ model, optimizer, program }: Training): void {
  program.dispose()
  disposeModel(model)
  disposeOptimizer(optimizer)
}
