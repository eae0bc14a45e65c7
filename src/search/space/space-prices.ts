import { type CostModel, choiceName, type Metric, metricOf, type PriceRow } from '../../cost/index.js'
import { CostError } from '../../errors.js'
import type { Network } from '../../network/index.js'
import { type Space, searchable } from './space.js'
import { blockNetwork, fixedNetworks } from './space-networks.js'

/** Prices of a space in a metric's unit: of what is fixed, and of every choice. */
export interface SpacePrices {
  readonly fixed: number
  readonly rows: readonly PriceRow[]
}

/**
 * Prices every choice of a space with a model that is additive over layers, such as an accelerator's: each block is
 * estimated alone. Throws CostError when the model gives no figure for `metric`.
 */
export async function spacePrices(
  space: Space,
  model: CostModel,
  metric: Exclude<Metric, 'area'>,
): Promise<SpacePrices> {
  const price = async (network: Network) => {
    const value = metricOf(await model.estimate(network), metric)
    if (value === undefined)
      throw new CostError(`cost model ${model.name} gives no ${metric}; choose one that does`)
    return value
  }
  let fixed = 0
  for (const network of fixedNetworks(space)) fixed += await price(network)
  const rows: PriceRow[] = []
  for (const block of searchable(space)) {
    const { name, kernels, expansions, canSqueeze } = block
    const pricesOf = async (squeeze: boolean) => {
      const prices: number[][] = []
      for (const kernel of kernels) {
        const row: number[] = []
        for (const expansion of expansions)
          row.push(await price(blockNetwork(space, block, choiceName(kernel, expansion, squeeze))))
        prices.push(row)
      }
      return prices
    }
    const plain = { block: name, kernels, expansions, prices: await pricesOf(false) }
    rows.push(canSqueeze ? { ...plain, squeezed: await pricesOf(true) } : plain)
  }
  return { fixed, rows }
}
