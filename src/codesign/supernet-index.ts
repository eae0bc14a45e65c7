// The part of this room that runs networks, and so needs TensorFlow: accuracies from a supernet, its tuning, members trained.
export { type OnceQuantizedOptions, onceQuantized } from './once-quantized.js'
export { type Retrained, type RetrainOptions, retrainJob } from './retrain-job.js'
export {
  describeSupernet,
  type SupernetAccuracyOptions,
  type SupernetNetworks,
  supernetAccuracy,
  supernetNetworks,
} from './supernet-accuracy.js'
export {
  type SupernetConfig,
  type SupernetInputs,
  type SupernetJudge,
  type SupernetResult,
  supernetJob,
} from './supernet-job.js'
export { type TuneOptions, type TuneState, tuneJob } from './tune-job.js'
export { type Tuner, takeTuneStep } from './tune-step.js'
