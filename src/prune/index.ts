export { type Affine, transformed } from './affine.js'
export {
  EVOLUTION_PLAN,
  type EvolutionPlan,
  type Generation,
  type Genome,
} from './ageing-evolution.js'
export { type ChannelMap, type ChannelOptions, channelsOf } from './channels.js'
export { CRITERIA, type CriterionName, criteria } from './criteria/criteria.js'
export type { Criterion, CriterionInput } from './criteria/criterion.js'
export { type Cut, type CutOptions, cutToBudget } from './cut.js'
export { explainGroups } from './explain.js'
export { prunableLayers, squaredNorms } from './filters.js'
export { type Candidate, createFitness, type Fitness, type FitnessOptions } from './fitness.js'
export { type Group, groupsOf } from './groups.js'
export { type LegrOptions, type LegrResult, type LegrState, legrJob } from './legr.js'
export { mask, maskedKernels, masksExactly } from './mask.js'
export { FINE_TUNING, type PruneConfig } from './prune-config.js'
export type { PruneOptions } from './prune-context.js'
export { type PruneResult, pruneJob } from './prune-job.js'
export { type AccuracyPoint, type NamedNetwork, pruneFigures, widthTable } from './prune-report.js'
export type { Accuracy, PrunedAccuracy, PruneState } from './prune-state.js'
export { type Ranking, rankingJson, readRanking } from './ranking-file.js'
export { atomScores, type ChannelScores, REDUCTIONS, type Reduce } from './reduce.js'
export { KEEP_AT_LEAST, removalOrder, removedAtoms } from './removal-order.js'
export { prune } from './surgery.js'
