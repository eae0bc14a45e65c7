import { targetAt, updateMultiplier } from '../cost/index.js'
import type { BatchSource } from '../data/index.js'
import {
  compile,
  createOptimizer,
  disposeOptimizer,
  learningRateAt,
  type Optimizer,
  optimizerVariables,
  type Program,
  readVariables,
  refuseDivergence,
  restoreOptimizer,
} from '../engine/index.js'
import type { Weights } from '../network/index.js'
import { calibrate } from './calibrate.js'
import { decideTerms } from './decide-terms.js'
import type { Prepared } from './prepare.js'
import type { QuantizeConfig } from './quantize-config.js'
import type { FilterTerms } from './quantize-kernels.js'
import type { EpochSums, TrainingPosition } from './quantize-state.js'
import { quantizeStep, takeQuantizeStep } from './quantize-step.js'
import {
  createQuantizedModel,
  decisionFeeds,
  disposeQuantizedModel,
  type QuantizedModel,
  termMargins,
  thresholdsOf,
} from './quantized-model.js'
import type { TermsPrice } from './terms-price.js'

/** A network in quantization-aware training: latent weights, optimizers and the program of its step in the engine. */
export interface QuantizePhase {
  readonly quantized: QuantizedModel
  readonly weights: Optimizer
  readonly thresholds: Optimizer
  readonly program: Program
}

/** What a training is made of. */
export interface PhaseParts {
  readonly prepared: Prepared
  readonly config: QuantizeConfig
  /** What is bounded, in units, and what it is bounded by. */
  readonly price?: TermsPrice | undefined
  readonly bound?: number | undefined
  readonly seed: number
}

/** A training from a prepared network's weights, or from those that `packPhase` left. */
export function createPhase({ prepared, config, price }: PhaseParts, packed?: Weights): QuantizePhase {
  const { training, terms, distribution } = config
  const quantized = createQuantizedModel(prepared, packed)
  const weights = createOptimizer(quantized.model.trainable, training.optimizer)
  const thresholds = createOptimizer(thresholdsOf(quantized), { kind: 'adam' })
  if (packed) for (const optimizer of [weights, thresholds]) restoreOptimizer(optimizer, packed)
  const options = { ...training, regularizer: terms.regularizer, price, distribution: distribution?.form }
  const step = quantizeStep(quantized, { weights, thresholds }, options)
  return { quantized, weights, thresholds, program: compile(step, { precision: training.precision }) }
}

export const packPhase = ({ quantized, weights, thresholds }: QuantizePhase): Weights =>
  readVariables([
    ...quantized.model.variables.values(),
    ...thresholdsOf(quantized),
    ...[weights, thresholds].flatMap(optimizerVariables),
  ])

export function disposePhase({ quantized, weights, thresholds, program }: QuantizePhase): void {
  program.dispose()
  disposeQuantizedModel(quantized)
  for (const optimizer of [weights, thresholds]) disposeOptimizer(optimizer)
}

/** Calibrates on the first batches of an epoch. Returns the quantizers that saw nothing but 0. */
export async function calibratePhase(
  { quantized }: QuantizePhase,
  source: BatchSource,
  { config }: PhaseParts,
  {
    epoch,
    terms,
    statistics = 'running',
  }: {
    readonly epoch: number
    readonly terms?: FilterTerms | undefined
    readonly statistics?: 'running' | 'batch'
  },
): Promise<readonly string[]> {
  const { calibration: plan } = config
  const batches = []
  for (let i = 0; i < Math.min(plan.batches, source.stepsPerEpoch); i++)
    batches.push(await source.batch(epoch, i))
  return calibrate(quantized, batches, { plan, terms, statistics })
}

/**
 * One step. Each epoch but the first begins with a calibration, as ranges move with the weights; once `decideAt` of the
 * steps are taken terms are decided, within the bound where there is one, and from then on only weights are trained.
 */
export async function phaseStep(
  phase: QuantizePhase,
  before: TrainingPosition,
  source: BatchSource,
  parts: PhaseParts,
): Promise<TrainingPosition> {
  const { config, price, bound, seed } = parts
  const { training, terms: plan, distribution } = config
  const { step, multiplier } = before
  const { stepsPerEpoch } = source
  const epoch = Math.floor(step / stepsPerEpoch)
  const total = training.epochs * stepsPerEpoch
  const deciding = Math.floor(plan.decideAt * total)
  const decides = phase.quantized.thresholds.size > 0
  const terms =
    before.terms ??
    (decides && step >= deciding ? decideTerms(termMargins(phase.quantized), price, bound) : undefined)
  if (step > 0 && step % stepsPerEpoch === 0) await calibratePhase(phase, source, parts, { epoch, terms })
  const batch = await source.batch(epoch, step % stepsPerEpoch)
  const regular = distribution && step < (1 - distribution.off) * total
  const result = takeQuantizeStep(
    phase.program,
    phase.quantized,
    batch,
    {
      learningRate: learningRateAt(step, stepsPerEpoch, training),
      thresholdRate: terms ? 0 : plan.reach / deciding,
      lambda: terms ? 0 : multiplier.lambda,
      mu: regular ? distribution.weight : 0,
      ...{ seed, step },
    },
    () => decisionFeeds(phase.quantized, terms),
  )
  refuseDivergence(result.loss, step)

  const start = before.start ?? result.price
  const steered = price !== undefined && bound !== undefined && terms === undefined
  const next = steered
    ? updateMultiplier(
        multiplier,
        result.price!,
        targetAt(step / deciding, { start: start!, bound, ramp: plan.ramp }),
        plan.gains,
      )
    : multiplier
  const sums: EpochSums = {
    loss: before.sums.loss + result.loss * batch.count,
    right: before.sums.right + result.right,
    distribution: before.sums.distribution + (result.distribution ?? 0) * batch.count,
    count: before.sums.count + batch.count,
  }
  return {
    ...{ step: step + 1, multiplier: next, sums },
    ...(start !== undefined && { start }),
    ...(result.price !== undefined && { price: result.price }),
    ...(terms && { terms }),
  }
}
