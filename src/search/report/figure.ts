import { METRIC_FACTS } from '../../cost/index.js'
import type { Price } from '../space/price.js'

/** A figure as data: a vega-lite specification. `runs` draws it. */
export interface Figure {
  readonly title: string
  readonly spec: Readonly<Record<string, unknown>>
}

const COUNTED: Readonly<Record<string, string>> = { macs: 'MACs', params: 'parameters' }

/** An axis of a metric, with its unit. */
export const metricAxis = ({ metric }: Pick<Price, 'metric'>) => {
  const { unit } = METRIC_FACTS[metric]
  return unit
    ? { title: `${metric}, ${unit}`, axis: {} }
    : { title: COUNTED[metric] ?? metric, axis: { format: '~s' } }
}

/** The colour of lines that are there for orientation, such as bounds. */
export const QUIET = '#888888'

/** A dashed line across the figure at one value of an axis. */
export const rule = (channel: 'x' | 'y', value: number, strokeDash: readonly number[] = [4, 4]) => ({
  data: { values: [{ at: value }] },
  mark: { type: 'rule', color: QUIET, strokeDash },
  encoding: { [channel]: { field: 'at', type: 'quantitative' } },
})
