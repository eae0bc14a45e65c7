import { METRIC_FACTS } from '../../cost/index.js'
import type { Price } from '../space/price.js'

/** A table as data; `runs` and the terminal draw it. */
export interface Table {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
}

/** A metric as the head of a column, with its unit. */
export const unitOf = ({ metric }: Pick<Price, 'metric'>): string =>
  [metric, METRIC_FACTS[metric].unit].filter(Boolean).join(', ')
