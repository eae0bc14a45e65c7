import { random } from '../../random.js'
import type { Price } from '../space/price.js'
import type { Architecture } from '../space/space-architectures.js'
import type { Standing } from '../supernet/formulation.js'

/** From and to. */
export type Range = readonly [number, number]

/** What the outer search tries, and when it ends. */
export interface OuterPlan {
  readonly samples: number
  /** Share of the samples that are spread over all ranges; the others narrow λ down. */
  readonly spread: number
  /** λ of every price, evenly on a log scale. */
  readonly lambda: Range
  readonly keepProbability: Range
  /** Learning rate of the thresholds, evenly on a log scale. */
  readonly thresholdRate: Range
  /** The first sample that meets every bound and leaves no more than this share of one unused is the last. */
  readonly stop?: number
}

export const OUTER_PLAN: Omit<OuterPlan, 'samples'> = {
  spread: 0.5,
  lambda: [0.03, 30],
  keepProbability: [0.4, 0.9],
  thresholdRate: [0.005, 0.05],
}

/** The hyper-parameters of one search. */
export interface Solver {
  readonly lambda: number
  readonly keepProbability: number
  readonly thresholdRate: number
}

/** What one cheap search came to. */
export interface OuterSample extends Solver {
  /** What the decisions stood for, not yet moved within the bounds. */
  readonly architecture: Architecture
  readonly margins: Standing
  /** Its exact prices. */
  readonly prices: readonly number[]
  /** Of that candidate, with the weights of its supernet. */
  readonly heldOutLoss: number
  readonly heldOutAccuracy: number
}

/** The price over its bound, of the bound that is missed most or used up most. */
const useOf = ({ prices }: OuterSample, bounds: readonly Price[]): number =>
  Math.max(...bounds.map(({ bound }, i) => prices[i]! / bound))

/** Whether the decisions meet every bound by themselves. */
export const isFeasible = (sample: OuterSample, bounds: readonly Price[]): boolean =>
  useOf(sample, bounds) <= 1

/**
 * Place of the sample that is taken: the one of least held-out loss of those that meet every bound, otherwise the one
 * that misses them least.
 */
export function chosenOf(samples: readonly OuterSample[], bounds: readonly Price[]): number {
  const feasible = samples.filter(sample => isFeasible(sample, bounds))
  const best =
    feasible.length > 0
      ? feasible.reduce((a, b) => (b.heldOutLoss < a.heldOutLoss ? b : a))
      : samples.reduce((a, b) => (useOf(b, bounds) < useOf(a, bounds) ? b : a))
  return samples.indexOf(best)
}

/** Whether the outer search is over. */
export const isOver = (
  { samples: count, stop }: OuterPlan,
  samples: readonly OuterSample[],
  bounds: readonly Price[],
): boolean => {
  const last = samples.at(-1)
  if (last === undefined) return false
  const use = useOf(last, bounds)
  return samples.length >= count || (stop !== undefined && use <= 1 && use >= 1 - stop)
}

/**
 * The next thing to try. The first samples are a Latin hypercube: every range is cut into as many parts as there are
 * samples, and every part of every range has one. After that λ is bisected on a log scale, between the smallest that
 * met every bound and the largest below it that did not, and the rest is that of the best sample so far.
 */
export function nextSolver(
  plan: OuterPlan,
  samples: readonly OuterSample[],
  bounds: readonly Price[],
  seed: number,
): Solver {
  const spread = Math.min(plan.samples, Math.max(1, Math.round(plan.spread * plan.samples)))
  if (samples.length < spread) return hypercube(plan, spread, seed)[samples.length]!
  const { keepProbability, thresholdRate } = samples[chosenOf(samples, bounds)]!
  const [low, high] = bracket(plan, samples, bounds)
  return { lambda: Math.sqrt(low * high), keepProbability, thresholdRate }
}

function hypercube(plan: OuterPlan, count: number, seed: number): readonly Solver[] {
  const along = (name: string) => {
    const stream = random(seed, 'outer search', name)
    return Array.from(stream.permutation(count), part => (part + stream.uniform()) / count)
  }
  const [lambda, keep, rate] = [along('lambda'), along('keep'), along('rate')]
  const linear = ([from, to]: Range, at: number) => from + at * (to - from)
  const log = ([from, to]: Range, at: number) => from ** (1 - at) * to ** at
  return lambda.map((at, i) => ({
    lambda: log(plan.lambda, at),
    keepProbability: linear(plan.keepProbability, keep[i]!),
    thresholdRate: log(plan.thresholdRate, rate[i]!),
  }))
}

/** Where the least λ that meets the bounds is sought. */
function bracket(plan: OuterPlan, samples: readonly OuterSample[], bounds: readonly Price[]): Range {
  const lambdasOf = (feasible: boolean) =>
    samples.filter(sample => isFeasible(sample, bounds) === feasible).map(({ lambda }) => lambda)
  const high = Math.min(plan.lambda[1], ...lambdasOf(true))
  return [Math.max(plan.lambda[0], ...lambdasOf(false).filter(lambda => lambda < high)), high]
}
