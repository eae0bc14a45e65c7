export {
  type CandidateJudge,
  type CandidateJudgeOptions,
  candidateJudge,
  type LoneCandidate,
} from './candidate-judge.js'
export { type Candidate, createFitness, type Fitness, type FitnessOptions } from './fitness.js'
export { type LegrOptions, type LegrResult, type LegrState, legrJob } from './legr.js'
export * from './plan-index.js'
export type { PruneOptions } from './prune-context.js'
export { type PruneResult, pruneJob } from './prune-job.js'
export type { PrunedAccuracy, PruneState } from './prune-state.js'
