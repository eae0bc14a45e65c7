import { CostError, InputError } from '../errors.js'
import { type Cost, METRICS, type Metric } from './cost.js'
import { formatMetric, METRIC_FACTS, metricOf } from './metric.js'

/** An upper bound on one metric. */
export interface Constraint {
  readonly metric: Metric
  readonly op: '<='
  /** ms, mJ, mm² or a count; where `relative`, the fraction of the reference network's value. */
  readonly bound: number
  readonly relative: boolean
  /** As the user wrote it, without spaces. */
  readonly text: string
}

/** A constraint that a network breaks: by how much, in the metric's unit. */
export interface Miss {
  readonly metric: Metric
  readonly bound: number
  readonly value: number
  /** value − bound, positive. */
  readonly by: number
}

const GRAMMAR = /^([a-z]+)\s*<=\s*([0-9.]+(?:e[+-]?\d+)?)\s*([A-Za-zµ%²]*\d?)$/
const EXAMPLES = 'latency<=4ms, energy<=1.2mJ, area<=3mm2, macs<=50%, params<=1M'

/**
 * Reads `METRIC<=NUMBER[UNIT]`: latency (ms, us, s), energy (mJ, uJ, J), area (mm2, um2), macs and params (plain
 * or K, M, G), terms (powers of two a weight); `%` of the network that came in for any of them.
 *
 *     parseConstraint('params<=1M') // { metric: 'params', op: '<=', bound: 1_000_000, relative: false, … }
 *
 * Throws InputError, which lists what is allowed.
 */
export function parseConstraint(text: string): Constraint {
  const refuse = (reason: string): never => {
    throw new InputError(`constraint "${text}": ${reason}`)
  }
  const [, metric = '', number = '', written = ''] =
    GRAMMAR.exec(text.trim()) ?? refuse(`expected METRIC<=VALUE, such as ${EXAMPLES}`)
  if (!isMetric(metric)) return refuse(`unknown metric "${metric}"; expected one of ${METRICS.join(', ')}`)
  const value = Number(number)
  if (!(value > 0) || !Number.isFinite(value)) return refuse(`expected a number above 0, got ${number}`)
  const unit = written.replace('µ', 'u').replace('²', '2')
  const { units } = METRIC_FACTS[metric]
  const compact = text.replace(/\s+/g, '')
  if (unit === '%') return { metric, op: '<=', bound: value / 100, relative: true, text: compact }
  const size = Object.hasOwn(units, unit) ? units[unit] : undefined
  if (size === undefined) {
    const allowed = [...Object.keys(units).map(name => name || 'no unit'), '%'].join(', ')
    return refuse(
      `${unit ? `unknown unit "${unit}"` : 'a unit is missing'} for ${metric}; expected ${allowed}`,
    )
  }
  return { metric, op: '<=', bound: value * size, relative: false, text: compact }
}

/** Those of an option that may be given several times. Throws InputError for one that is there twice too. */
export function parseConstraints(texts: readonly string[], option: string): readonly Constraint[] {
  const constraints = texts.map(parseConstraint)
  const twice = constraints.find(({ text }, i) => constraints.findIndex(other => other.text === text) < i)
  if (twice !== undefined) throw new InputError(`${option} "${twice.text}" is given twice`)
  return constraints
}

const isMetric = (name: string): name is Metric => (METRICS as readonly string[]).includes(name)

/**
 * The constraint with a bound in units: a relative one becomes that fraction of `reference`.
 * Throws CostError when the reference has no such figure.
 */
export function absolute(constraint: Constraint, reference: Cost): Constraint {
  if (!constraint.relative) return constraint
  const bound = constraint.bound * figure(reference, constraint)
  return { ...constraint, bound, relative: false }
}

/**
 * The constraints that `cost` breaks, none if all are met. Every constraint must be absolute.
 * Throws CostError when the cost model gives no figure for a constrained metric.
 */
export function misses(constraints: readonly Constraint[], cost: Cost): Miss[] {
  return constraints.flatMap(constraint => {
    if (constraint.relative) {
      throw new CostError(`constraint "${constraint.text}" is relative; state what it is relative to first`)
    }
    const { metric, bound } = constraint
    const value = figure(cost, constraint)
    return value <= bound ? [] : [{ metric, bound, value, by: value - bound }]
  })
}

function figure(cost: Cost, { metric, text }: Constraint): number {
  const value = metricOf(cost, metric)
  if (value === undefined) {
    throw new CostError(
      `constraint "${text}": the chosen cost model gives no ${metric}; choose one that does`,
    )
  }
  return value
}

/** A miss as a sentence: `latency 4.3 ms is 0.3 ms above 4 ms`. */
export const describeMiss = ({ metric, bound, value, by }: Miss): string =>
  `${metric} ${formatMetric(metric, value)} is ${formatMetric(metric, by)} above ${formatMetric(metric, bound)}`
