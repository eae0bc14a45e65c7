import { type Constraint, type Cost, describeMiss, formatMetric, metricOf } from '../cost/index.js'
import { type Line, warningLine } from '../tuning/index.js'
import type { Cut } from './cut.js'

/** What a network costs by each budget's metric; `costs` has one for each budget. */
export const priceTexts = (budgets: readonly Constraint[], costs: readonly Cost[]): readonly string[] =>
  budgets.map(({ metric }, i) => `${metric} ${formatMetric(metric, metricOf(costs[i]!, metric)!)}`)

/** The budget that a ranking is learned at. */
export const learningLine = ({ text }: Constraint): Line => ({
  entry: { learning: text },
  line: `ranking: learned at ${text}`,
})

/** What a budget comes to: how much goes, and what is left of the price. */
export function cutLines(
  asked: Constraint,
  { metric, bound }: Constraint,
  cut: Cut,
  atoms: number,
): readonly Line[] {
  const value = metricOf(cut.cost, metric)!
  const entry = { budget: asked.text, bound, value, removed: cut.dead.length, met: cut.misses.length === 0 }
  const line = `${asked.text}: ${metric} ${formatMetric(metric, value)}, ${cut.dead.length} of ${atoms} channels go`
  const warnings = [
    ...cut.misses.map(
      miss =>
        `${asked.text} cannot be met: ${describeMiss(miss)}, with all gone that may go; lower --keep-at-least`,
    ),
    ...(cut.dead.length === 0
      ? [`${asked.text} prunes nothing${cut.misses.length === 0 ? ': the network meets it as it is' : ''}`]
      : []),
  ]
  return [{ entry, line }, ...warnings.map(warningLine)]
}
