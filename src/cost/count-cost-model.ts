import { count } from '../network/index.js'
import type { CostModel } from './cost.js'

/** Prices a network by counting: MACs and parameters, nothing else. */
export const countCostModel: CostModel = {
  name: 'count',
  kind: 'count',
  async estimate(network) {
    const { macs, params } = count(network)
    return { macs, params }
  },
}
