export { type Accuracy, accuracyOf } from './accuracy-of.js'
export { type EpochSums, epochStep, NO_SUMS } from './epoch-step.js'
export { type EvaluationState, evaluationJob } from './evaluation-job.js'
export { incomingLines, type Line, percent, warningLine } from './line.js'
export {
  disposeTuning,
  type PackedTuning,
  packTuning,
  startTuning,
  type Tuned,
  type Tuning,
  type TuningContext,
  type TuningStep,
  tunedSoFar,
  tuningStep,
  unpackTuning,
} from './tuning.js'
export { type TuningData, type TuningDataOptions, tuningData } from './tuning-data.js'
