export type { Evaluator, EvaluatorKind, EvaluatorKinds, Work } from './evaluator.js'
export { openPool, type PoolOptions, type Staff } from './open-pool.js'
export { type Usage, usageText } from './usage.js'
export type { WorkerPool } from './worker-pool.js'
