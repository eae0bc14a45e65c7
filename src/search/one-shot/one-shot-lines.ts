import { formatMetric } from '../../cost/index.js'
import type { SearchPlan } from '../search-config.js'
import { exactPrice, type Price } from '../space/price.js'
import type { Space } from '../space/space.js'
import { ranked, type Scored } from './one-shot-candidates.js'
import type { OneShotEpoch } from './one-shot-phase.js'

const percent = (share: number) => `${(100 * share).toFixed(1)} %`

/** An epoch of the supernet on one line: cross-entropy of each kind of network, and how good the outermost are. */
export function oneShotLine(
  { epoch, training, heldOut }: OneShotEpoch,
  plan: Pick<SearchPlan, 'epochs'>,
  waiting: number,
): string {
  const losses = Object.entries(training).map(
    ([kind, { crossEntropy }]) => `${kind} ${crossEntropy.toFixed(3)}`,
  )
  return [
    `supernet ${epoch + 1}/${plan.epochs}`,
    `cross-entropy: ${losses.join(', ')}`,
    `held out: largest ${percent(heldOut.largest.accuracy)}, smallest ${percent(heldOut.smallest.accuracy)}`,
    `waited for data ${percent(waiting)}`,
  ].join('; ')
}

/** What scoring has come to at the end of a generation. */
export function generationLine(
  generation: number,
  scored: readonly Scored[],
  prices: readonly Price[],
  space: Space,
): string {
  const best = ranked(scored)[0]!
  const cost = prices.map(price => {
    const value = exactPrice(price, space, best.architecture)
    return `${price.metric} ${formatMetric(price.metric, value)}`
  })
  const kind = generation === 0 ? 'random networks' : `with mutants of generation ${generation}`
  const score = `cross-entropy ${best.crossEntropy.toFixed(3)}, ${percent(best.accuracy)} of held-out images`
  return `scored ${scored.length} ${kind}, best: ${[score, ...cost].join(', ')}`
}
