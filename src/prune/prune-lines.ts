import { type Constraint, type Cost, describeMiss, formatMetric, metricOf } from '../cost/index.js'
import type { JournalEntry } from '../runs/index.js'
import type { Cut } from './cut.js'

/** A line of progress, and what the journal remembers of it. */
export interface Line {
  readonly entry: JournalEntry
  readonly line: string
}

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

/** An accuracy below this many times that of guessing is a model that has been fed the wrong thing. */
const SUSPICIOUS = 1.5

/** The network that came in: what it costs by each budget's metric, and how often it is right. */
export function incomingLines(
  name: string,
  {
    budgets,
    costs,
    heldOut,
    classes,
  }: {
    readonly budgets: readonly Constraint[]
    /** One for each budget. */
    readonly costs: readonly Cost[]
    readonly heldOut: number | undefined
    readonly classes: number
  },
): readonly Line[] {
  const prices = budgets.map(
    ({ metric }, i) => `${metric} ${formatMetric(metric, metricOf(costs[i]!, metric)!)}`,
  )
  const right = heldOut === undefined ? [] : [`${percent(heldOut)} of the held-out images right`]
  const line = `${name}: ${[...new Set(prices), ...right].join(', ')}`
  const first = { entry: { incoming: name, ...(heldOut !== undefined && { heldOut }) }, line }
  if (heldOut === undefined || heldOut * classes > SUSPICIOUS) return [first]
  const warning = `Warning: ${name} is right on ${percent(heldOut)} of the held-out images, and guessing among ${classes} classes on ${percent(1 / classes)}: is the input what the model expects (--normalize, --mean and --std), and are the classes in its order?`
  return [first, { entry: { warning }, line: warning }]
}

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
        `Warning: ${asked.text} cannot be met: ${describeMiss(miss)}, with all gone that may go; lower --keep-at-least`,
    ),
    ...(cut.dead.length === 0
      ? [
          `Warning: ${asked.text} prunes nothing${cut.misses.length === 0 ? ': the network meets it as it is' : ''}`,
        ]
      : []),
  ]
  return [{ entry, line }, ...warnings.map(warning => ({ entry: { warning }, line: warning }))]
}

/** An epoch of training on one line. */
export function epochLine(
  summary: {
    readonly network: string
    readonly epoch: number
    readonly loss: number
    readonly accuracy: number
  },
  epochs: number,
  waiting: number,
): Line {
  const { network, epoch, loss, accuracy } = summary
  return {
    entry: { ...summary },
    line: `train ${network} ${epoch}/${epochs}, cross-entropy ${loss.toFixed(3)}, training accuracy ${percent(accuracy)}, waited for data ${percent(waiting)}`,
  }
}
