import type { Cost, LayerCost } from '../cost/index.js'
import { InputError } from '../errors.js'
import type { Accelerator } from '../hardware/index.js'
import type { Network } from '../network/index.js'

/** What latency and energy are priced on; where it is left out networks are counted. */
export interface PricedOn {
  readonly on?: 'host' | Accelerator
}

/**
 * What `--on` names; `work` is a pruning or a pooling, of a network of no search space.
 * Throws InputError for what cannot price that.
 */
export async function readPricedOn(on: string | undefined, work: string): Promise<PricedOn> {
  if (on === undefined) return {}
  if (on === 'host') return { on: 'host' }
  const [kind, ...rest] = on.split(':')
  const file = rest.join(':')
  if (kind === 'accelerator' && file !== '') {
    const { readAccelerator } = await import('../hardware/index.js')
    return { on: readAccelerator(file) }
  }
  if (kind === 'table')
    throw new InputError(
      `--on "${on}": a device table prices the networks of its search space alone; use accelerator:FILE or host`,
    )
  throw new InputError(`--on "${on}": a ${work} is priced on accelerator:FILE or host`)
}

/** A price, and apart from it that of every layer where what prices it tells them apart. */
export interface LayeredCost {
  readonly cost: Cost
  readonly layers?: readonly LayerCost[]
}

/** On the accelerator that was named, or counted. */
export async function costOn({ on }: PricedOn, network: Network): Promise<LayeredCost> {
  const { acceleratorCostModel, countCostModel } = await import('../cost/index.js')
  const { readPeModel } = await import('../hardware/index.js')
  const priced = on !== undefined && on !== 'host'
  const model = priced ? acceleratorCostModel(on, readPeModel()) : countCostModel
  const { layers, ...cost } = await model.estimate(network)
  return { cost, ...(layers && { layers }) }
}
