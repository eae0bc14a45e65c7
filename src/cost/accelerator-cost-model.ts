import { CostError, InputError } from '../errors.js'
import {
  type Accelerator,
  type EstimateOptions,
  estimate,
  type PeModel,
  workloadOf,
} from '../hardware/index.js'
import type { Cost, CostModel } from './cost.js'

/**
 * Prices any network on an accelerator: latency and energy of a batch (one image by default), area, and the same per
 * layer, each layer by its best mapping. Layers that cost nothing of their own (`workloadOf`) are not listed.
 * `estimate` throws CostError naming the layer that the accelerator cannot run, or the knob that is out of range.
 */
export function acceleratorCostModel(
  accelerator: Accelerator,
  peModel: PeModel,
  options: EstimateOptions = {},
): CostModel {
  return {
    name: `accelerator (${accelerator.name})`,
    kind: 'accelerator',
    async estimate(network): Promise<Cost> {
      const { latencyMs, energyMj, areaMm2, macs, params, layers } = priced(() =>
        estimate(workloadOf(network), accelerator, peModel, options),
      )
      return {
        latencyMs,
        energyMj,
        areaMm2,
        macs,
        params,
        layers: layers.map(({ name, latencyMs, energyMj }) => ({ name, latencyMs, energyMj })),
      }
    },
  }
}

function priced<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof InputError ? new CostError(error.message) : error
  }
}
