export { type BaselineTrainer, baselineTrainer } from './baseline-trainer.js'
export { baselinesWithin, type NamedArchitecture } from './baselines.js'
export { decideWithin } from './decision/decide.js'
export { equalBatches } from './one-shot/equal-batches.js'
export { inherit, inheritedWeight } from './one-shot/inherit.js'
export { firstCandidates, mutants, ranked, type Scored } from './one-shot/one-shot-candidates.js'
export {
  type OneShotConfig,
  type OneShotJobOptions,
  type OneShotResult,
  type OneShotState,
  oneShotJob,
} from './one-shot/one-shot-job.js'
export {
  disposeOneShot,
  type OneShotEpoch,
  type OneShotPhase,
  oneShotPhaseStep,
  packOneShot,
  sharedWeights,
  startOneShot,
  unpackOneShot,
} from './one-shot/one-shot-phase.js'
export { ONE_SHOT_PLAN, type OneShotPlan } from './one-shot/one-shot-plan.js'
export { oneShotFigures } from './one-shot/one-shot-report.js'
export { type OneShotScore, type OneShotScorer, oneShotScorer } from './one-shot/one-shot-score.js'
export { drawnArchitectures } from './one-shot/one-shot-step.js'
export { recalibrate } from './one-shot/recalibrate.js'
export { readSupernet, SUPERNET_FILE, type SupernetFile, writeSupernet } from './one-shot/supernet-file.js'
export { type OuterConfig, type OuterResult, type OuterState, outerJob } from './outer/outer-job.js'
export { outerFigures, outerTable } from './outer/outer-report.js'
export { chosenOf, isFeasible, OUTER_PLAN, type OuterPlan, type OuterSample } from './outer/outer-sampler.js'
export { architectureFigure } from './report/architecture-figure.js'
export { decisionFigures } from './report/decision-figures.js'
export { architectureTable, comparisonTable, searchFigures } from './report/search-report.js'
export { networkId, visitedFigures } from './report/visited-figures.js'
export {
  type Baseline,
  SEARCH_PLAN,
  type SearchConfig,
  type SearchPlan,
  TRAINING_PLAN,
} from './search-config.js'
export { type SearchResult, type SearchState, searchJob } from './search-job.js'
export { decode } from './space/decode.js'
export { cheapest, exactPrice, latencyPrice, type Price, type PriceSources, pricesOf } from './space/price.js'
export { EQUAL_PRICE, randomWithin, uniformArchitectures } from './space/random-architectures.js'
export { readSpace, type Space, searchable } from './space/space.js'
export {
  type Architecture,
  largest,
  randomArchitecture,
  smallest,
  spaceSize,
  uniform,
} from './space/space-architectures.js'
export { FORMULATIONS, type FormulationName, supernetNetwork } from './supernet/formulation-names.js'
export { formulationOf } from './supernet/formulations.js'
export type { BaselineTrainers, Trained, TrainedCandidate } from './train-candidates.js'
