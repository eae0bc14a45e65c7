import { count } from '../network/index.js'
import type { CostModel } from './cost.js'
import { type MeasureOptions, measureLatency } from './measure-latency.js'
import { runnable } from './runnable.js'

export type HostOptions = Omit<MeasureOptions, 'shape'>

/**
 * Prices a network by measuring it whole on this machine: the median time of a batch, in ms.
 * A network without weights is measured with noise in their place.
 */
export function hostCostModel(options: HostOptions = {}): CostModel {
  const { threads = 1, batch = 1 } = options
  return {
    name: `host (${threads} thread${threads > 1 ? 's' : ''}, batch ${batch})`,
    kind: 'host',
    async estimate(network) {
      const { macs, params } = count(network)
      const { medianMs } = await measureLatency(runnable(network), { ...options, shape: network.input.shape })
      return { latencyMs: medianMs, macs, params }
    },
  }
}
