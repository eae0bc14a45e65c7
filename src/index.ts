/** The public API that loads neither TensorFlow nor onnxruntime; `tandem-nas/engine` and `tandem-nas/search` do. */
export * from './cost/index.js'
export * from './data/index.js'
export * from './errors.js'
export * from './network/index.js'
export * from './prune/plan-index.js'
export * from './random.js'
export * from './runs/index.js'
export * from './search/space-index.js'
