import type { BatchSource } from '../data/index.js'
import { type Training, type TrainingPlan, trainingStep } from '../engine/index.js'
import { type Line, percent } from './line.js'

/** What the batches of an epoch so far come to, as plain JSON. */
export interface EpochSums {
  readonly loss: number
  readonly right: number
  readonly count: number
}

export const NO_SUMS: EpochSums = { loss: 0, right: 0, count: 0 }

export interface EpochContext {
  readonly plan: TrainingPlan
  readonly source: BatchSource
  readonly seed: number
}

/** One batch of training; at the end of an epoch its number, from 1, and what is told of it. */
export async function epochStep(
  name: string,
  training: Training,
  before: EpochSums,
  { plan, source, seed }: EpochContext,
): Promise<{ readonly sums: EpochSums; readonly ended?: { readonly epoch: number; readonly line: Line } }> {
  const { loss, right, count } = await trainingStep(training, source, plan, seed)
  const sums = {
    loss: before.loss + loss * count,
    right: before.right + right,
    count: before.count + count,
  }
  if (training.step % source.stepsPerEpoch !== 0) return { sums }
  const epoch = training.step / source.stepsPerEpoch
  const entry = { network: name, epoch, loss: sums.loss / sums.count, accuracy: sums.right / sums.count }
  const line = `train ${name} ${epoch}/${plan.epochs}, cross-entropy ${entry.loss.toFixed(3)}, training accuracy ${percent(entry.accuracy)}, waited for data ${percent(source.waiting().share)}`
  return { sums: NO_SUMS, ended: { epoch, line: { entry, line } } }
}
