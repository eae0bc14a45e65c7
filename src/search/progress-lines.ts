import { formatMetric } from '../cost/index.js'
import { isFeasible, type OuterPlan, type OuterSample } from './outer/outer-sampler.js'
import type { SearchPlan } from './search-config.js'
import type { SearchEpoch } from './search-phase.js'
import type { Price } from './space/price.js'

const percent = (share: number) => `${(100 * share).toFixed(1)} %`

/** An epoch of the search on one line: every term of the loss, λ, price and target, open decisions. */
export function searchLine(
  epoch: SearchEpoch,
  plan: SearchPlan,
  prices: readonly Price[],
  waiting: number,
): string {
  const terms = epoch.terms.map(({ lambda, price, target }, i) => {
    const { metric } = prices[i]!
    const now = `${metric} ${formatMetric(metric, price)} (target ${formatMetric(metric, target)})`
    return `λ·ln ${metric} ${lambda.toFixed(2)}·${Math.log(price).toFixed(3)}, ${now}`
  })
  return [
    `search ${epoch.epoch + 1}/${plan.epochs}${epoch.epoch < plan.warmupEpochs ? ' (warm-up)' : ''}`,
    `cross-entropy ${epoch.crossEntropy.toFixed(3)}`,
    `weight decay ${epoch.weightDecay.toFixed(4)}`,
    ...terms,
    `open decisions ${epoch.open}/${epoch.decisions}`,
    `held out ${percent(epoch.heldOutAccuracy)}`,
    `waited for data ${percent(waiting)}`,
  ].join(', ')
}

/** A sample of the outer search on one line. */
export function outerLine(
  sample: OuterSample,
  place: number,
  { samples }: OuterPlan,
  bounds: readonly Price[],
): string {
  const { lambda, keepProbability, thresholdRate, heldOutLoss, heldOutAccuracy } = sample
  return [
    `sample ${place}/${samples}`,
    `λ ${lambda.toPrecision(3)}`,
    `decisions kept ${percent(keepProbability)}`,
    `rate of thresholds ${thresholdRate.toPrecision(2)}`,
    ...bounds.map(
      ({ metric, bound }, i) =>
        `${metric} ${formatMetric(metric, sample.prices[i]!)} (asked ${formatMetric(metric, bound)})`,
    ),
    isFeasible(sample, bounds) ? 'within the bounds' : 'above a bound',
    `held out ${percent(heldOutAccuracy)}, cross-entropy ${heldOutLoss.toFixed(3)}`,
  ].join(', ')
}
