import {
  type Constraint,
  type DeviceTable,
  type Metric,
  type PriceRow,
  SKIP,
  tablePrices,
} from '../cost/index.js'
import { CostError, InfeasibleError } from '../errors.js'
import { count } from '../network/index.js'
import { decode } from './decode.js'
import { type Space, searchable } from './space.js'
import { type Architecture, largest } from './space-architectures.js'

/** What one constrained metric costs: a part that is always there, and one row per searchable block. */
export interface Price {
  readonly metric: Metric
  readonly fixed: number
  readonly rows: readonly PriceRow[]
  /** The upper bound, in the metric's unit. */
  readonly bound: number
}

/**
 * The prices of everything that is constrained. Latency comes from the device table, MACs and parameters from
 * counting. Relative bounds refer to the largest network.
 * Throws CostError for a metric that nothing here prices, and InfeasibleError, which says the smallest reachable
 * value, for a bound below it.
 */
export function pricesOf(space: Space, constraints: readonly Constraint[], table?: DeviceTable): Price[] {
  return constraints.map(constraint => {
    const { metric, text } = constraint
    const { fixed, rows } = rowsOf(space, metric, text, table)
    const price = (architecture: Architecture) => exactPrice({ fixed, rows }, space, architecture)
    const bound = constraint.relative ? constraint.bound * price(largest(space)) : constraint.bound
    const floor = price(cheapest(space, { rows }))
    if (bound < floor) {
      throw new InfeasibleError(
        `constraint "${text}": the smallest reachable ${metric} of space ${space.name} is ${floor.toPrecision(4)}, above ${bound.toPrecision(4)}`,
      )
    }
    return { metric, fixed, rows, bound }
  })
}

/** Latency of a space by a device table, without a bound. Throws CostError when a choice has no price. */
export const latencyPrice = (space: Space, table: DeviceTable): Pick<Price, 'fixed' | 'rows'> => ({
  fixed: table.fixedMs,
  rows: tablePrices(table, space),
})

function rowsOf(
  space: Space,
  metric: Metric,
  text: string,
  table?: DeviceTable,
): Pick<Price, 'fixed' | 'rows'> {
  if (metric === 'latency') {
    if (!table) throw new CostError(`constraint "${text}": latency needs a cost model; add --on table:FILE`)
    return latencyPrice(space, table)
  }
  if (metric === 'macs' || metric === 'params') return countedRows(space, metric)
  throw new CostError(
    `constraint "${text}": a device table gives no ${metric}; constrain latency, macs or params`,
  )
}

/** MACs or parameters of every choice of every block. */
function countedRows(space: Space, metric: 'macs' | 'params'): Pick<Price, 'fixed' | 'rows'> {
  const full = largest(space)
  const blocks = searchable(space)
  const costOf = (architecture: Architecture) => count(decode(space, architecture))
  const whole = costOf(full)
  const partOf = (counted: typeof whole, block: string) =>
    counted.layers
      // `count` keeps the parameters of batch norm apart.
      .filter(({ name, type }) => name.startsWith(`${block}/`) && type !== 'batchNorm')
      .reduce((sum, layer) => sum + layer[metric], 0)
  const rows = blocks.map(
    ({ name, kernels, expansions }, b): PriceRow => ({
      block: name,
      kernels,
      expansions,
      prices: kernels.map(kernel =>
        expansions.map(expansion => partOf(costOf(full.with(b, `${kernel}x${kernel}-e${expansion}`)), name)),
      ),
    }),
  )
  const searched = blocks.reduce((sum, { name }) => sum + partOf(whole, name), 0)
  return { fixed: whole[metric] - searched, rows }
}

/** The price of one network of the space: fixed part + Σ of its choices. */
export function exactPrice(
  { fixed, rows }: Pick<Price, 'fixed' | 'rows'>,
  space: Space,
  architecture: Architecture,
): number {
  return rows.reduce((sum, row, b) => sum + choicePrice(space, row, b, architecture[b]!), fixed)
}

function choicePrice(space: Space, row: PriceRow, b: number, choice: string): number {
  if (choice === SKIP) return 0
  const at = searchable(space)[b]!.choices.indexOf(choice)
  return row.prices[Math.floor(at / row.expansions.length)]![at % row.expansions.length]!
}

/** The choice of least price in every block. */
export function cheapest(space: Space, { rows }: Pick<Price, 'rows'>): Architecture {
  return searchable(space).map((block, b) =>
    block.choices.reduce((best, choice) =>
      choicePrice(space, rows[b]!, b, choice) < choicePrice(space, rows[b]!, b, best) ? choice : best,
    ),
  )
}
