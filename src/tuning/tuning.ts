import type { BatchSource } from '../data/index.js'
import {
  disposeTraining,
  evaluate,
  type LabelledImages,
  networkOf,
  type PackedTraining,
  packTraining,
  startTraining,
  type Training,
  type TrainingPlan,
  unpackTraining,
} from '../engine/index.js'
import type { Network } from '../network/index.js'
import { accuracyOf } from './accuracy-of.js'
import { type EpochSums, epochStep, NO_SUMS } from './epoch-step.js'
import { type Line, percent } from './line.js'

/** A changed network that is trained again. */
export interface Tuning {
  /** What it is called in lines of progress. */
  readonly name: string
  /** Accuracy on the held-out images before training. */
  readonly before: number
  /** Over the epoch in hand. */
  readonly sums: EpochSums
  readonly training: Training
}

/** A network that has been tuned, with accuracies on the held-out images. */
export interface Tuned {
  readonly network: Network
  readonly before: number
  readonly heldOut: number
}

export interface TuningContext {
  /** No epochs: networks are left as they are. */
  readonly plan: TrainingPlan
  readonly source: () => BatchSource
  readonly heldOut: () => Iterable<LabelledImages>
  readonly seed: number
}

/** Where a tuning is after a step: under way or done. */
export interface TuningStep {
  readonly tuning?: Tuning
  readonly tuned?: Tuned
  readonly lines: readonly Line[]
}

/** Judges a network on the held-out images and starts to train it from its weights. */
export function startTuning(
  network: Network,
  name: string,
  { plan, heldOut, seed }: Omit<TuningContext, 'source'>,
): TuningStep {
  const before = accuracyOf(network, heldOut())
  const line = `${name}: ${percent(before)} of the held-out images right before training`
  const lines = [{ entry: { network: name, before }, line }]
  if (plan.epochs === 0) return { tuned: { network, before, heldOut: before }, lines }
  const training = startTraining(network, plan, seed)
  return { tuning: { name, before, sums: NO_SUMS, training }, lines }
}

/** One batch; tells of every epoch, and after the last judges the network on the held-out images. */
export async function tuningStep(tuning: Tuning, context: TuningContext): Promise<TuningStep> {
  const { name, training } = tuning
  const { plan, seed } = context
  const source = context.source()
  const { sums, ended } = await epochStep(name, training, tuning.sums, { plan, source, seed })
  const lines = ended ? [ended.line] : []
  if (ended?.epoch !== plan.epochs) return { tuning: { ...tuning, sums }, lines }
  const tuned = tunedSoFar(tuning, context)
  disposeTuning(tuning)
  return { tuned, lines }
}

/** The network as far as it has been trained, judged on the held-out images. */
export function tunedSoFar(
  { training: { model }, before }: Tuning,
  { heldOut }: Pick<TuningContext, 'heldOut'>,
): Tuned {
  return { network: networkOf(model), before, heldOut: evaluate(model, heldOut()).accuracy }
}

/** A tuning as plain JSON and named weights. */
export interface PackedTuning {
  readonly json: Omit<Tuning, 'training'> & PackedTraining['json']
  readonly tensors: PackedTraining['tensors']
}

export function packTuning({ training, ...rest }: Tuning): PackedTuning {
  const { json, tensors } = packTraining(training)
  return { json: { ...rest, ...json }, tensors }
}

/** A tuning of `network` as `packTuning` left it. */
export function unpackTuning(network: Network, plan: TrainingPlan, { json, tensors }: PackedTuning): Tuning {
  const { step, ...rest } = json
  return { ...rest, training: unpackTraining(network, plan, { json: { step }, tensors }) }
}

export const disposeTuning = ({ training }: Tuning): void => disposeTraining(training)
