import { type Multiplier, NO_MULTIPLIER, targetAt, updateMultiplier } from '../cost/index.js'
import type { BatchSource } from '../data/index.js'
import {
  compile,
  createOptimizer,
  disposeOptimizer,
  evaluateWith,
  execute,
  type LabelledImages,
  learningRateAt,
  type Optimizer,
  optimizerVariables,
  type Program,
  readAll,
  readVariables,
  refuseDivergence,
  restoreOptimizer,
  type Step,
  softmaxCrossEntropy,
  tf,
} from '../engine/index.js'
import type { Weights } from '../network/index.js'
import { type BlockMargins, countOpen, decide } from './decide.js'
import {
  changesBetween,
  type DecisionChange,
  type DecisionSample,
  isSampled,
  listed,
  sampleOf,
} from './decision-log.js'
import { priceIncrements } from './expected-price.js'
import type { Price } from './price.js'
import type { SearchPlan } from './search-config.js'
import { searchStep, takeSearchStep } from './search-step.js'
import type { Space } from './space.js'
import {
  createSupernet,
  disposeSupernet,
  gateAll,
  gatedExecution,
  packSupernet,
  readMargins,
  readThresholds,
  type Supernet,
  thresholdVariables,
} from './supernet.js'

/** What a search has come to, as plain JSON. */
export interface SearchPosition {
  readonly step: number
  readonly multipliers: readonly Multiplier[]
  /** Prices at the first constrained step: where the targets start. */
  readonly start?: readonly number[]
  /** Of the decisions before the last step. */
  readonly margins?: readonly number[]
  /** Sums over the running epoch. */
  readonly epoch: { readonly crossEntropy: number; readonly right: number; readonly count: number }
}

/** A supernet in search: variables, optimizers and programs in the engine, the rest plain. */
export interface SearchPhase {
  readonly supernet: Supernet
  readonly weights: Optimizer
  readonly thresholds: Optimizer
  /** Of `searchStep`. */
  readonly program: Program
  /** Evaluates the candidate that the decisions stand for, with the weights it shares. */
  readonly evaluation: Program
  readonly position: SearchPosition
}

/** What a search is made of. */
export interface SearchParts {
  readonly space: Space
  readonly plan: SearchPlan
  readonly prices: readonly Price[]
  readonly seed: number
}

/** What an epoch came to: every term of the loss, and where the decisions stand after it. */
export interface SearchEpoch {
  readonly epoch: number
  readonly crossEntropy: number
  readonly trainAccuracy: number
  /** ½·wd·‖w‖² */
  readonly weightDecay: number
  /** By constrained metric, of the last step: λ, the price in the loss, its target at that step. */
  readonly terms: readonly { readonly lambda: number; readonly price: number; readonly target: number }[]
  readonly open: number
  readonly decisions: number
  /** Of the candidate that the decisions stand for, with the weights it shares. */
  readonly heldOutLoss: number
  readonly heldOutAccuracy: number
  readonly margins: readonly BlockMargins[]
  readonly architecture: readonly string[]
}

const NO_SUMS = { crossEntropy: 0, right: 0, count: 0 }
const WEIGHTS_RULE = { kind: 'momentum', momentum: 0.9, nesterov: true } as const
const THRESHOLDS_RULE = { kind: 'adam' } as const

function phaseOf(supernet: Supernet, position: SearchPosition, { plan, prices }: SearchParts): SearchPhase {
  const weights = createOptimizer(supernet.model.trainable, WEIGHTS_RULE)
  const thresholds = createOptimizer(thresholdVariables(supernet), THRESHOLDS_RULE)
  const increments = prices.map(({ fixed, rows }) => priceIncrements(fixed, rows))
  const step = searchStep(supernet, { weights, thresholds }, { ...plan, prices: increments })
  return {
    supernet,
    weights,
    thresholds,
    program: compile(step, { precision: plan.precision }),
    evaluation: compile(decidedStep(supernet, plan)),
    position,
  }
}

export const startSearch = (parts: SearchParts): SearchPhase =>
  phaseOf(
    createSupernet(parts.space, parts.seed),
    { step: 0, multipliers: parts.prices.map(() => NO_MULTIPLIER), epoch: NO_SUMS },
    parts,
  )

export function packSearch({ supernet, weights, thresholds, position }: SearchPhase) {
  const slots = [...optimizerVariables(weights), ...optimizerVariables(thresholds)]
  return { json: position, tensors: { ...packSupernet(supernet), ...readVariables(slots) } }
}

export function unpackSearch(
  parts: SearchParts,
  { json, tensors }: { json: SearchPosition; tensors: Weights },
): SearchPhase {
  const phase = phaseOf(createSupernet(parts.space, parts.seed, tensors), json, parts)
  restoreOptimizer(phase.weights, tensors)
  restoreOptimizer(phase.thresholds, tensors)
  return phase
}

export function disposeSearch({ supernet, weights, thresholds, program, evaluation }: SearchPhase): void {
  program.dispose()
  evaluation.dispose()
  disposeSupernet(supernet)
  disposeOptimizer(weights)
  disposeOptimizer(thresholds)
}

export interface SearchContext extends SearchParts {
  readonly source: BatchSource
  /** The held-out images, in batches, from the first on. */
  readonly heldOut: () => Iterable<LabelledImages>
}

/** What a step of the search comes to. */
export interface SearchPhaseResult {
  readonly phase: SearchPhase
  /** At the end of an epoch. */
  readonly epoch?: SearchEpoch
  /** The decisions before the step, ten times an epoch, and those after the last step. */
  readonly samples: readonly DecisionSample[]
  /** Decisions that the step before turned round, or the last step. */
  readonly changes: readonly DecisionChange[]
}

/** One step of the search. */
export async function searchPhaseStep(
  phase: SearchPhase,
  { plan, prices, source, heldOut, seed }: SearchContext,
): Promise<SearchPhaseResult> {
  const { supernet, position } = phase
  const { step } = position
  const { stepsPerEpoch } = source
  const epoch = Math.floor(step / stepsPerEpoch)
  const constrained = epoch >= plan.warmupEpochs
  const { lambda } = plan
  const given = constrained && lambda !== undefined
  const current = given ? prices.map(() => ({ integral: 0, lambda })) : position.multipliers
  const batch = await source.batch(epoch, step % stepsPerEpoch)
  const result = takeSearchStep(phase.program, supernet, batch, {
    learningRate: learningRateAt(step, stepsPerEpoch, { ...plan, warmupEpochs: 0.5 }),
    thresholdRate: plan.thresholdRate,
    keepProbability: constrained ? 1 : plan.keepProbability,
    lambdas: current.map(({ lambda }) => lambda),
    seed,
    step,
  })

  refuseDivergence(result.crossEntropy, step)

  const start = constrained ? (position.start ?? result.prices) : undefined
  const constrainedSteps = (plan.epochs - plan.warmupEpochs) * stepsPerEpoch
  const share = (step - plan.warmupEpochs * stepsPerEpoch) / constrainedSteps
  const targets = prices.map(({ bound }, i) =>
    start && !given ? targetAt(share, { start: start[i]!, bound, ramp: plan.ramp }) : bound,
  )
  const multipliers = current.map((multiplier, i) =>
    constrained && !given
      ? updateMultiplier(multiplier, result.prices[i]!, targets[i]!, plan.gains)
      : multiplier,
  )
  const sums = {
    crossEntropy: position.epoch.crossEntropy + result.crossEntropy * batch.count,
    right: position.epoch.right + result.right,
    count: position.epoch.count + batch.count,
  }
  const ends = (step + 1) % stepsPerEpoch === 0
  const next: SearchPhase = {
    ...phase,
    position: {
      ...{ step: step + 1, multipliers, ...(start && { start }), margins: result.margins },
      epoch: ends ? NO_SUMS : sums,
    },
  }
  const samples = isSampled(step, stepsPerEpoch) ? [sampleOf(step, result)] : []
  const changes = changesBetween(position.margins ?? result.margins, result.margins, step)
  if (!ends) return { phase: next, samples, changes }

  const { space } = supernet
  const margins = marginsOf(supernet, plan)
  const last = step + 1 === plan.epochs * stepsPerEpoch
  const { open, of } = countOpen(space, margins)
  const heldOutResult = evaluateWith(phase.evaluation, supernet.model, heldOut())
  const after = {
    margins: listed(space, margins),
    thresholds: listed(space, readThresholds(supernet)),
  }
  return {
    phase: next,
    samples: last ? [...samples, sampleOf(step + 1, after)] : samples,
    changes: last ? [...changes, ...changesBetween(result.margins, after.margins, step + 1)] : changes,
    epoch: {
      epoch,
      crossEntropy: sums.crossEntropy / sums.count,
      trainAccuracy: sums.right / sums.count,
      weightDecay: weightDecayOf(supernet, plan.weightDecay),
      terms: multipliers.map(({ lambda }, i) => ({ lambda, price: result.prices[i]!, target: targets[i]! })),
      open,
      decisions: of,
      heldOutLoss: heldOutResult.loss,
      heldOutAccuracy: heldOutResult.accuracy,
      margins,
      architecture: decide(space, margins),
    },
  }
}

/** Margins of the decisions as the supernet stands. */
export function marginsOf(supernet: Supernet, { temperature }: SearchPlan): BlockMargins[] {
  let margins: BlockMargins[] = []
  tf.tidy(() => {
    const values = new Map(
      [...supernet.model.variables.values(), ...thresholdVariables(supernet)].map(v => [v.name, v]),
    )
    margins = readMargins(gateAll(supernet, name => values.get(name)!.read(), temperature))
  })
  return margins
}

/** Evaluates the candidate that the decisions stand for. Feeds and outputs: those of `evaluationStep`. */
const decidedStep =
  (supernet: Supernet, { temperature }: SearchPlan): Step =>
  ({ images, labels }) => {
    const { network } = supernet.model
    const values = readAll(supernet.model.variables)
    for (const variable of thresholdVariables(supernet)) values.set(variable.name, variable.read())
    const value = (name: string) => values.get(name)!
    const gated = gateAll(supernet, value, temperature)
    const logits = execute(network, images!, gatedExecution(supernet, gated, value))
    return { loss: softmaxCrossEntropy(logits, labels!), logits }
  }

function weightDecayOf({ model }: Supernet, weightDecay: number): number {
  let sum = 0
  for (const { data } of Object.values(
    readVariables([...model.kernels].map(name => model.variables.get(name)!)),
  )) {
    for (const value of data) sum += value * value
  }
  return (weightDecay / 2) * sum
}
