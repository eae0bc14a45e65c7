import { acceleratorCostModel, countCostModel } from '../cost/index.js'
import { readPeModel } from '../hardware/index.js'
import { type Pricing, pricingBy, pricingHere } from '../pool/plan-index.js'
import type { PricedOn } from './priced-on.js'

/** What the gain of pooling is told by: latency on what was named, or MACs. */
export function poolingPrice({ on }: PricedOn): Pricing {
  if (on === 'host') return pricingHere()
  return pricingBy(on === undefined ? countCostModel : acceleratorCostModel(on, readPeModel()))
}
