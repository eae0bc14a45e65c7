/** What can be said and done of a network's convolutions without evaluating it: loads no TensorFlow. */
export { savesNothing, timesText } from './gain-text.js'
export { POOL_TUNING, type PoolConfig, type PoolOrder } from './pool-config.js'
export { poolConvolution, poolConvolutions } from './pool-convolution.js'
export {
  type LayerAccount,
  layerTable,
  type PoolFigures,
  poolFigures,
  type RoundPoint,
} from './pool-report.js'
export { type Poolable, poolable, pooledConvolutions, somePoolable } from './poolable.js'
export { type Candidate, poolingGroups, poolingOrder } from './pooling-order.js'
export { type Gain, type Pricing, pricingBy, pricingHere, saved, saves, speedup } from './pricing.js'
export { skipUnreadPixels } from './skip-unread-pixels.js'
