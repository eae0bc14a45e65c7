import { acceleratorCostModel, type Cost, type LayerCost } from '../cost/index.js'
import { type Accelerator, type PeModel, withPeType } from '../hardware/index.js'
import type { Network } from '../network/index.js'
import type { FilterTerms } from './quantize-kernels.js'
import type { Scheme } from './scheme.js'
import { priceOfTerms, termsPrice } from './terms-price.js'

/** The cost of a network on an accelerator, and what that accelerator is. */
export interface SchemeCost {
  readonly accelerator: Accelerator
  readonly cost: Cost
  readonly layers: readonly LayerCost[]
}

/**
 * What a network costs by a scheme on an array whose elements are of the scheme's type, the array being `given` otherwise;
 * where filters have terms of their own (`terms`, by layer), a filter of k terms is k filters of one. Every layer is
 * priced on those elements, first and last ones too. Undefined for a scheme that no element computes.
 * Throws CostError where the array cannot be built of such elements, or cannot run a layer.
 */
export async function schemeCost(
  network: Network,
  { peType, decides }: Pick<Scheme, 'peType' | 'decides'>,
  { given, peModel, terms }: SchemeCostOptions,
): Promise<SchemeCost | undefined> {
  if (peType === undefined) return undefined
  const accelerator = withPeType(given, peType)
  const model = acceleratorCostModel(accelerator, peModel)
  const { layers = [], ...cost } = await model.estimate(network)
  if (!decides || terms === undefined) return { accelerator, cost, layers }
  const price = async (metric: 'latency' | 'energy') =>
    priceOfTerms(
      await termsPrice(network, Object.keys(terms), { metric, text: `${metric} of terms` }, model),
      terms,
    )
  return {
    accelerator,
    cost: { ...cost, latencyMs: await price('latency'), energyMj: await price('energy') },
    layers: layers.map(layer => ofTerms(layer, terms[layer.name])),
  }
}

/** A layer as often as its filters have terms on average. */
function ofTerms({ name, latencyMs, energyMj }: LayerCost, filters: readonly number[] = [1]): LayerCost {
  const times = filters.reduce((sum, k) => sum + k, 0) / filters.length
  return {
    name,
    ...(latencyMs !== undefined && { latencyMs: latencyMs * times }),
    ...(energyMj !== undefined && { energyMj: energyMj * times }),
  }
}

export interface SchemeCostOptions {
  readonly given: Accelerator
  readonly peModel: PeModel
  /** How many terms every filter has, where that is its own. */
  readonly terms?: FilterTerms | undefined
}
