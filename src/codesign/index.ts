export type { AccuracyModel, DearAccuracy, KnownAccuracy, Pair } from './accuracy-model.js'
export {
  type AccuracyTable,
  type ReadTableOptions,
  readAccuracyTable,
  tableAccuracy,
} from './accuracy-table.js'
export { askDesigns } from './ask-designs.js'
export {
  CODESIGN_PLAN,
  type CodesignConfig,
  type CodesignPlan,
  checkPlan,
  mappingFor,
  SUPERNET_EVALUATIONS,
} from './codesign-config.js'
export { codesignJob } from './codesign-job.js'
export {
  accuracyTable,
  codesignReport,
  type MemberAccuracies,
  methodTable,
  volumeOfAll,
} from './codesign-report.js'
export type {
  CodesignMember,
  CodesignResult,
  DesignMiss,
  MethodResult,
} from './codesign-result.js'
export type { CodesignState } from './codesign-state.js'
export { type DesignConstraint, designConstraints, parseDesignConstraint } from './design-constraint.js'
export type { Effort } from './effort.js'
export {
  BUILDABLE,
  type Evaluator,
  type EvaluatorOptions,
  evaluationOf,
  evaluator,
  type Impossible,
} from './evaluator.js'
export { type FamilyConfig, familyOf } from './family-of.js'
export { type Design, type DesignGenome, designGenome } from './genome.js'
export { growPopulation } from './grow-population.js'
export { type Figures, isMeasure, MEASURE_TITLES, MEASURES, type Measure, objectivesOf } from './measure.js'
export { memberName } from './member-name.js'
export { METHOD_TITLES, METHODS, type Method } from './method.js'
export {
  type Architecture,
  architectureAt,
  architectureIndex,
  type NetworkFamily,
  type NetworkPart,
} from './network-family.js'
export type { Retrained } from './retrain-job.js'
export { SCHEME_OF, type Scheme, schemesOf } from './scheme.js'
export { spreadMembers } from './spread-members.js'
export {
  type RetrainPlan,
  SUPERNET_SOURCE,
  type SupernetSource,
  TUNE_PLAN,
  type TunePlan,
} from './supernet-source.js'
