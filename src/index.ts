/** The public API that loads neither TensorFlow nor onnxruntime; `tandem-nas/engine` and `tandem-nas/search` do. */
export * as codesign from './codesign/index.js'
export * from './cost/index.js'
export * from './data/index.js'
export * from './errors.js'
export * as evolve from './evolve/index.js'
export * as hardware from './hardware/index.js'
export * from './network/index.js'
export {
  POOL_TUNING,
  type Poolable,
  type PoolConfig,
  poolable,
  poolConvolution,
  poolConvolutions,
  pooledConvolutions,
  poolingGroups,
  poolingOrder,
  pricingBy,
  pricingHere,
  skipUnreadPixels,
} from './pool/plan-index.js'
export * from './prune/plan-index.js'
export * from './quantize/packed-index.js'
export * from './quantize/plan-index.js'
export * from './random.js'
export * from './runs/index.js'
export * from './search/space-index.js'
export * as workers from './workers/index.js'
