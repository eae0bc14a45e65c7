export { architectureFigure } from './architecture-figure.js'
export { type BaselineTrainer, baselineTrainer } from './baseline-trainer.js'
export { baselinesWithin, type NamedArchitecture } from './baselines.js'
export { decideWithin } from './decide.js'
export { decisionFigures } from './decision-figures.js'
export { decode } from './decode.js'
export { equalBatches } from './equal-batches.js'
export { FORMULATIONS, type FormulationName, supernetNetwork } from './formulation-names.js'
export { formulationOf } from './formulations.js'
export { inherit, inheritedWeight } from './inherit.js'
export { firstCandidates, mutants, ranked, type Scored } from './one-shot-candidates.js'
export {
  type OneShotConfig,
  type OneShotJobOptions,
  type OneShotResult,
  type OneShotState,
  oneShotJob,
} from './one-shot-job.js'
export {
  disposeOneShot,
  type OneShotEpoch,
  type OneShotPhase,
  oneShotPhaseStep,
  packOneShot,
  sharedWeights,
  startOneShot,
  unpackOneShot,
} from './one-shot-phase.js'
export { ONE_SHOT_PLAN, type OneShotPlan } from './one-shot-plan.js'
export { oneShotFigures } from './one-shot-report.js'
export { type OneShotScore, type OneShotScorer, oneShotScorer } from './one-shot-score.js'
export { drawnArchitectures } from './one-shot-step.js'
export { type OuterConfig, type OuterResult, type OuterState, outerJob } from './outer-job.js'
export { outerFigures, outerTable } from './outer-report.js'
export { chosenOf, isFeasible, OUTER_PLAN, type OuterPlan, type OuterSample } from './outer-sampler.js'
export { cheapest, exactPrice, latencyPrice, type Price, type PriceSources, pricesOf } from './price.js'
export { EQUAL_PRICE, randomWithin, uniformArchitectures } from './random-architectures.js'
export { recalibrate } from './recalibrate.js'
export {
  type Baseline,
  SEARCH_PLAN,
  type SearchConfig,
  type SearchPlan,
  TRAINING_PLAN,
} from './search-config.js'
export { type SearchResult, type SearchState, searchJob } from './search-job.js'
export { architectureTable, comparisonTable, searchFigures } from './search-report.js'
export { readSpace, type Space, searchable } from './space.js'
export {
  type Architecture,
  largest,
  randomArchitecture,
  smallest,
  spaceSize,
  uniform,
} from './space-architectures.js'
export { readSupernet, SUPERNET_FILE, type SupernetFile, writeSupernet } from './supernet-file.js'
export type { BaselineTrainers, Trained, TrainedCandidate } from './train-candidates.js'
export { networkId, visitedFigures } from './visited-figures.js'
