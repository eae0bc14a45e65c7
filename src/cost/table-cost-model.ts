import { CostError } from '../errors.js'
import { count } from '../network/index.js'
import { choiceName, type PricedSpace, pricedChoices, SKIP } from './choice-name.js'
import type { CostModel, LayerCost } from './cost.js'
import type { DeviceTable } from './device-table.js'
import type { PriceRow } from './relaxed-latency.js'

/**
 * Prices networks of the table's space: fixed part + Σ of its blocks' choices, `skip` being free; exact in the
 * table's own terms. `layers` holds the price of every block.
 * `estimate` throws CostError when the network was not decoded from that space or a choice has no price.
 */
export function tableCostModel(table: DeviceTable): CostModel {
  return {
    name: `table (${table.device})`,
    kind: 'table',
    async estimate(network) {
      const { architecture, name } = network
      if (architecture?.space !== table.space) {
        const origin = architecture
          ? `comes from space ${architecture.space}`
          : 'was not decoded from a space'
        throw new CostError(
          `network ${name} ${origin}; the table of ${table.device} prices only networks of ${table.space}`,
        )
      }
      const layers = architecture.choices.map(
        ({ block, choice }): LayerCost => ({ name: block, latencyMs: priceOf(table, block, choice) }),
      )
      const { macs, params } = count(network)
      const latencyMs = layers.reduce((sum, layer) => sum + layer.latencyMs!, table.fixedMs)
      return { latencyMs, macs, params, layers }
    },
  }
}

/** ms of one choice of one block. Throws CostError when the table has no such entry. */
export function priceOf(table: DeviceTable, block: string, choice: string): number {
  if (choice === SKIP) return 0
  const price = lookUp(table, block, choice)
  if (price === undefined)
    throw new CostError(`the table of ${table.device} has no price for ${block}/${choice}`)
  return price.ms
}

/** Throws CostError naming every choice of the space that the table does not price. */
export function checkTableCovers(table: DeviceTable, space: PricedSpace): void {
  if (table.space !== space.name) {
    throw new CostError(`the table of ${table.device} is for space ${table.space}, not for ${space.name}`)
  }
  const missing = searchableBlocks(space).flatMap(block =>
    pricedChoices(block)
      .filter(choice => lookUp(table, block.name, choice) === undefined)
      .map(choice => `${block.name}/${choice}`),
  )
  if (missing.length > 0) {
    throw new CostError(`the table of ${table.device} has no price for ${missing.join(', ')}; profile them`)
  }
}

/** The table as plain numbers, one row per searchable block: what a differentiable latency is made of. */
export function tablePrices(table: DeviceTable, space: PricedSpace): PriceRow[] {
  checkTableCovers(table, space)
  return searchableBlocks(space).map(({ name, kernels, expansions, canSqueeze }) => {
    const prices = (squeeze: boolean) =>
      kernels.map(kernel => expansions.map(e => priceOf(table, name, choiceName(kernel, e, squeeze))))
    const squeezed = canSqueeze ? { squeezed: prices(true) } : {}
    return { block: name, kernels, expansions, prices: prices(false), ...squeezed }
  })
}

const searchableBlocks = (space: PricedSpace) => space.blocks.filter(block => block.searchable)

function lookUp(table: DeviceTable, block: string, choice: string) {
  const row = Object.hasOwn(table.blocks, block) ? table.blocks[block] : undefined
  return row && Object.hasOwn(row, choice) ? row[choice] : undefined
}
