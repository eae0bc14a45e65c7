import { type Multiplier, NO_MULTIPLIER, targetAt, updateMultiplier } from '../cost/index.js'
import type { BatchSource } from '../data/index.js'
import {
  compile,
  createOptimizer,
  disposeOptimizer,
  type LabelledImages,
  learningRateAt,
  type Optimizer,
  optimizerVariables,
  type Program,
  readVariables,
  refuseDivergence,
  restoreOptimizer,
} from '../engine/index.js'
import type { Weights } from '../network/index.js'
import {
  changesBetween,
  type DecisionChange,
  type DecisionSample,
  isSampled,
  sampleOf,
} from './decision/decision-log.js'
import type { SearchPlan } from './search-config.js'
import type { Price } from './space/price.js'
import type { Space } from './space/space.js'
import type { Architecture } from './space/space-architectures.js'
import type { Searched, Standing } from './supernet/formulation.js'
import { formulationOf } from './supernet/formulations.js'
import { searchStep, takeSearchStep } from './supernet/search-step.js'

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
  readonly searched: Searched
  readonly weights: Optimizer
  /** Of the thresholds, or of the logits. */
  readonly thresholds: Optimizer
  /** Of `searchStep`. */
  readonly program: Program
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
  readonly margins: Standing
  readonly architecture: readonly string[]
}

const NO_SUMS = { crossEntropy: 0, right: 0, count: 0 }
const WEIGHTS_RULE = { kind: 'momentum', momentum: 0.9, nesterov: true } as const
const THRESHOLDS_RULE = { kind: 'adam' } as const

function phaseOf(searched: Searched, position: SearchPosition, { plan }: SearchParts): SearchPhase {
  const weights = createOptimizer(searched.model.trainable, WEIGHTS_RULE)
  const thresholds = createOptimizer(searched.parameters, THRESHOLDS_RULE)
  const step = searchStep(searched, { weights, thresholds }, plan)
  return { searched, weights, thresholds, program: compile(step, { precision: plan.precision }), position }
}

export const startSearch = (parts: SearchParts): SearchPhase =>
  phaseOf(
    formulationOf(parts.plan).create(parts),
    { step: 0, multipliers: parts.prices.map(() => NO_MULTIPLIER), epoch: NO_SUMS },
    parts,
  )

export function packSearch({ searched, weights, thresholds, position }: SearchPhase) {
  const { model, parameters } = searched
  const slots = [...optimizerVariables(weights), ...optimizerVariables(thresholds)]
  return {
    json: position,
    tensors: readVariables([...model.variables.values(), ...parameters, ...slots]),
  }
}

export function unpackSearch(
  parts: SearchParts,
  { json, tensors }: { json: SearchPosition; tensors: Weights },
): SearchPhase {
  const phase = phaseOf(formulationOf(parts.plan).create(parts, tensors), json, parts)
  restoreOptimizer(phase.weights, tensors)
  restoreOptimizer(phase.thresholds, tensors)
  return phase
}

export function disposeSearch({ searched, weights, thresholds, program }: SearchPhase): void {
  program.dispose()
  searched.dispose()
  disposeOptimizer(weights)
  disposeOptimizer(thresholds)
}

/** The architecture that the decisions of a search stand for. */
export const decidedBy = ({ searched }: SearchPhase, { space, plan }: SearchParts): Architecture =>
  formulationOf(plan).decide(space, searched.read().standing)

/** The architecture that the decisions of a search stand for, moved within the bounds. */
export const foundBy = ({ searched }: SearchPhase, { space, plan, prices }: SearchParts): Architecture =>
  formulationOf(plan).decideWithin(space, searched.read().standing, prices)

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
  { space, plan, prices, source, heldOut, seed }: SearchContext,
): Promise<SearchPhaseResult> {
  const { searched, position } = phase
  const { step } = position
  const { stepsPerEpoch } = source
  const epoch = Math.floor(step / stepsPerEpoch)
  const constrained = epoch >= plan.warmupEpochs
  const { lambda } = plan
  const given = constrained && lambda !== undefined
  const current = given ? prices.map(() => ({ integral: 0, lambda })) : position.multipliers
  const constrainedSteps = (plan.epochs - plan.warmupEpochs) * stepsPerEpoch
  const share = (step - plan.warmupEpochs * stepsPerEpoch) / constrainedSteps
  const batch = await source.batch(epoch, step % stepsPerEpoch)
  const result = takeSearchStep(phase.program, searched, batch, {
    learningRate: learningRateAt(step, stepsPerEpoch, { ...plan, warmupEpochs: 0.5 }),
    thresholdRate: constrained ? plan.thresholdRate : 0,
    keepProbability: constrained ? 1 : plan.keepProbability,
    lambdas: current.map(({ lambda }) => lambda),
    ...{ share, seed, step },
  })

  refuseDivergence(result.crossEntropy, step)

  const start = constrained ? (position.start ?? result.prices) : undefined
  const targets = prices.map(({ bound }, i) =>
    start && !given ? targetAt(share, { start: start[i]!, bound, ramp: plan.ramp }) : bound,
  )
  const ratios = result.prices.map((price, i) => price / targets[i]!)
  const tightest = ratios.indexOf(Math.max(...ratios))
  // Below all targets the decisions go back up to the nearest of them: what a budget leaves unused is accuracy lost.
  const multipliers = current.map((multiplier, i) =>
    constrained && !given
      ? updateMultiplier(
          multiplier,
          result.prices[i]!,
          targets[i]!,
          plan.gains,
          i === tightest ? Number.NEGATIVE_INFINITY : 0,
        )
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

  const { countOpen, decide } = formulationOf(plan)
  const { standing, listed: after } = searched.read()
  const last = step + 1 === plan.epochs * stepsPerEpoch
  const { open, of } = countOpen(space, standing)
  const heldOutResult = searched.evaluate(heldOut())
  return {
    phase: next,
    samples: last ? [...samples, sampleOf(step + 1, after)] : samples,
    changes: last ? [...changes, ...changesBetween(result.margins, after.margins, step + 1)] : changes,
    epoch: {
      epoch,
      crossEntropy: sums.crossEntropy / sums.count,
      trainAccuracy: sums.right / sums.count,
      weightDecay: weightDecayOf(searched, plan.weightDecay),
      terms: multipliers.map(({ lambda }, i) => ({ lambda, price: result.prices[i]!, target: targets[i]! })),
      open,
      decisions: of,
      heldOutLoss: heldOutResult.loss,
      heldOutAccuracy: heldOutResult.accuracy,
      margins: standing,
      architecture: decide(space, standing),
    },
  }
}

function weightDecayOf({ model }: Searched, weightDecay: number): number {
  let sum = 0
  for (const { data } of Object.values(
    readVariables([...model.kernels].map(name => model.variables.get(name)!)),
  )) {
    for (const value of data) sum += value * value
  }
  return (weightDecay / 2) * sum
}
