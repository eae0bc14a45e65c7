import type { BatchSource } from '../../data/index.js'
import {
  compile,
  createOptimizer,
  disposeModel,
  disposeOptimizer,
  type LabelledImages,
  learningRateAt,
  optimizerVariables,
  type Program,
  readVariables,
  refuseDivergence,
  restoreOptimizer,
} from '../../engine/index.js'
import { initialize, type Weights } from '../../network/index.js'
import type { SearchPlan } from '../search-config.js'
import { decode } from '../space/decode.js'
import type { Space } from '../space/space.js'
import { largest, smallest } from '../space/space-architectures.js'
import type { OneShotPlan } from './one-shot-plan.js'
import { type OneShotScore, oneShotSupernet, scoreStep, scoreWith } from './one-shot-score.js'
import {
  cutPass,
  gatedPass,
  type OneShotStepResult,
  type OneShotTrainer,
  takeOneShotStep,
} from './one-shot-step.js'

type Kind = keyof OneShotStepResult

/** Where the training of a one-shot supernet is, as plain JSON. */
export interface OneShotPosition {
  readonly step: number
  /** Sums over the running epoch, by kind of architecture. */
  readonly sums: Readonly<Partial<Record<Kind, { readonly crossEntropy: number; readonly right: number }>>>
  readonly count: number
}

/** A one-shot supernet in training. */
export interface OneShotPhase extends OneShotTrainer {
  /** Of `scoreStep`. */
  readonly scoring: Program
  readonly position: OneShotPosition
}

/** What it is made of. */
export interface OneShotParts {
  readonly space: Space
  readonly plan: SearchPlan
  readonly oneShot: Pick<OneShotPlan, 'random' | 'distillation'>
  readonly seed: number
}

/** What an epoch came to. */
export interface OneShotEpoch {
  readonly epoch: number
  /** On the training images, by kind of architecture, mean of the epoch. */
  readonly training: Readonly<
    Partial<Record<Kind, { readonly crossEntropy: number; readonly accuracy: number }>>
  >
  /** On held-out images, after the epoch. */
  readonly heldOut: { readonly largest: OneShotScore; readonly smallest: OneShotScore }
}

const NO_SUMS = { sums: {}, count: 0 }
const RULE = { kind: 'momentum', momentum: 0.9, nesterov: true } as const

function phaseOf({ space, plan }: OneShotParts, weights: Weights, position: OneShotPosition): OneShotPhase {
  const supernet = oneShotSupernet(space, weights)
  const { precision } = plan
  return {
    supernet,
    optimizer: createOptimizer(supernet.model.trainable, RULE),
    gated: compile(gatedPass(supernet, plan), { precision }),
    small: compile(cutPass(supernet, smallest(space), plan), { precision }),
    scoring: compile(scoreStep(supernet)),
    position,
  }
}

/** From given weights, or from those drawn by the seed. */
export const startOneShot = (parts: OneShotParts, given?: Weights): OneShotPhase =>
  phaseOf(parts, given ?? initialize(decode(parts.space, largest(parts.space)), parts.seed).weights, {
    step: 0,
    ...NO_SUMS,
  })

/** The weights of the supernet as they are. */
export const sharedWeights = ({ supernet }: Pick<OneShotTrainer, 'supernet'>): Weights =>
  readVariables(supernet.model.variables.values())

export const packOneShot = (phase: OneShotPhase) => ({
  json: phase.position,
  tensors: { ...sharedWeights(phase), ...readVariables(optimizerVariables(phase.optimizer)) },
})

export function unpackOneShot(
  parts: OneShotParts,
  { json, tensors }: { json: OneShotPosition; tensors: Weights },
): OneShotPhase {
  const phase = phaseOf(parts, tensors, json)
  restoreOptimizer(phase.optimizer, tensors)
  return phase
}

export function disposeOneShot({ supernet, optimizer, gated, small, scoring }: OneShotPhase): void {
  for (const program of [gated, small, scoring]) program.dispose()
  disposeModel(supernet.model)
  disposeOptimizer(optimizer)
}

export interface OneShotContext extends OneShotParts {
  readonly source: BatchSource
  /** Held-out images to score on. */
  readonly heldOut: readonly LabelledImages[]
}

/** One step of training; at the end of an epoch also what it came to. */
export async function oneShotPhaseStep(
  phase: OneShotPhase,
  { space, plan, oneShot, source, heldOut, seed }: OneShotContext,
): Promise<{ phase: OneShotPhase; epoch?: OneShotEpoch }> {
  const { step } = phase.position
  const { stepsPerEpoch } = source
  const epoch = Math.floor(step / stepsPerEpoch)
  const batch = await source.batch(epoch, step % stepsPerEpoch)
  const learningRate = learningRateAt(step, stepsPerEpoch, { ...plan, warmupEpochs: 0.5 })
  const options = { ...oneShot, weightDecay: plan.weightDecay }
  const result = takeOneShotStep(phase, batch, { learningRate, seed, step }, options)
  for (const { crossEntropy } of Object.values(result)) refuseDivergence(crossEntropy, step)

  const added = add(phase.position, result, batch.count)
  const ends = (step + 1) % stepsPerEpoch === 0
  const next = { ...phase, position: { step: step + 1, ...(ends ? NO_SUMS : added) } }
  if (!ends) return { phase: next }
  const { scoring, supernet } = phase
  const score = (architecture: readonly string[]) => scoreWith(scoring, supernet, architecture, heldOut)
  return {
    phase: next,
    epoch: {
      epoch,
      training: means(added),
      heldOut: { largest: score(largest(space)), smallest: score(smallest(space)) },
    },
  }
}

type Sums = Pick<OneShotPosition, 'sums' | 'count'>

const add = ({ sums, count }: Sums, result: OneShotStepResult, images: number): Sums => ({
  count: count + images,
  sums: Object.fromEntries(
    Object.entries(result).map(([kind, { crossEntropy, right }]) => {
      const before = sums[kind as Kind] ?? { crossEntropy: 0, right: 0 }
      return [
        kind,
        { crossEntropy: before.crossEntropy + crossEntropy * images, right: before.right + right },
      ]
    }),
  ),
})

const means = ({ sums, count }: Sums): OneShotEpoch['training'] =>
  Object.fromEntries(
    Object.entries(sums).map(([kind, { crossEntropy, right }]) => [
      kind,
      { crossEntropy: crossEntropy / count, accuracy: right / count },
    ]),
  )
