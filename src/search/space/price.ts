import {
  type Constraint,
  type CostModel,
  countCostModel,
  type DeviceTable,
  type Metric,
  type PriceRow,
  SKIP,
  tablePrices,
} from '../../cost/index.js'
import { CostError, InfeasibleError } from '../../errors.js'
import { parseChoice } from './decode.js'
import { type Block, type Space, searchable } from './space.js'
import { type Architecture, largest } from './space-architectures.js'
import { type SpacePrices, spacePrices } from './space-prices.js'

/** What one constrained metric costs: a part that is always there, and one row per searchable block. Plain JSON. */
export interface Price {
  readonly metric: Metric
  readonly fixed: number
  readonly rows: readonly PriceRow[]
  /** The upper bound, in the metric's unit. */
  readonly bound: number
}

/** What prices come from, besides counting. */
export interface PriceSources {
  readonly table?: DeviceTable | undefined
  /** A model that is additive over layers, such as an accelerator's. */
  readonly model?: CostModel | undefined
}

/**
 * The prices of everything that is constrained. MACs and parameters come from counting, latency from the table where
 * there is one, the rest from the model. Relative bounds refer to the largest network.
 * Throws CostError for a metric that nothing prices, and InfeasibleError, which says the smallest reachable value,
 * for a bound below it.
 */
export async function pricesOf(
  space: Space,
  constraints: readonly Constraint[],
  sources: PriceSources = {},
): Promise<Price[]> {
  return Promise.all(
    constraints.map(async constraint => {
      const prices = await priced(space, constraint, sources)
      return { metric: constraint.metric, ...prices, bound: reachable(space, constraint, prices) }
    }),
  )
}

/** Latency of a space by a device table. Throws CostError when a choice has no price. */
export const latencyPrice = (space: Space, table: DeviceTable): SpacePrices => ({
  fixed: table.fixedMs,
  rows: tablePrices(table, space),
})

async function priced(
  space: Space,
  { metric, text }: Constraint,
  { table, model }: PriceSources,
): Promise<SpacePrices> {
  if (metric === 'macs' || metric === 'params') return spacePrices(space, countCostModel, metric)
  if (metric === 'latency' && table) return latencyPrice(space, table)
  if (metric !== 'area' && model?.kind === 'accelerator') return spacePrices(space, model, metric)
  const remedy = metric === 'latency' ? 'name what it is measured on with --on' : 'constrain something else'
  throw new CostError(`constraint "${text}": nothing here gives the ${metric} of a network; ${remedy}`)
}

/** The bound in units. Throws InfeasibleError when no network of the space meets it. */
function reachable(space: Space, { metric, bound, relative, text }: Constraint, prices: SpacePrices): number {
  const price = (architecture: Architecture) => exactPrice(prices, space, architecture)
  const absolute = relative ? bound * price(largest(space)) : bound
  const floor = price(cheapest(space, prices))
  if (absolute >= floor) return absolute
  throw new InfeasibleError(
    `constraint "${text}": the smallest reachable ${metric} of space ${space.name} is ${floor.toPrecision(4)}, above ${absolute.toPrecision(4)}`,
  )
}

/** The price of one network of the space: fixed part + Σ of its choices. */
export function exactPrice({ fixed, rows }: SpacePrices, space: Space, architecture: Architecture): number {
  const blocks = searchable(space)
  return rows.reduce((sum, row, b) => sum + choicePrice(blocks[b]!, row, architecture[b]!), fixed)
}

/** What a choice of a block costs. */
export function choicePrice(block: Block, row: PriceRow, choice: string): number {
  if (choice === SKIP) return 0
  const { kernel, expansion, squeeze } = parseChoice(block, choice)
  const prices = squeeze ? row.squeezed! : row.prices
  return prices[row.kernels.indexOf(kernel)]![row.expansions.indexOf(expansion)]!
}

/** The choice of least price in every block. */
export function cheapest(space: Space, { rows }: Pick<SpacePrices, 'rows'>): Architecture {
  return searchable(space).map((block, b) =>
    block.choices.reduce((best, choice) =>
      choicePrice(block, rows[b]!, choice) < choicePrice(block, rows[b]!, best) ? choice : best,
    ),
  )
}
