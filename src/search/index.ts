export { architectureFigure } from './architecture-figure.js'
export { baselinesWithin, type NamedArchitecture } from './baselines.js'
export { decideWithin } from './decide.js'
export { decisionFigures } from './decision-figures.js'
export { decode } from './decode.js'
export { type OuterConfig, type OuterResult, type OuterState, outerJob } from './outer-job.js'
export { outerFigures, outerTable } from './outer-report.js'
export { chosenOf, isFeasible, OUTER_PLAN, type OuterPlan, type OuterSample } from './outer-sampler.js'
export { cheapest, exactPrice, latencyPrice, type Price, type PriceSources, pricesOf } from './price.js'
export { EQUAL_PRICE, randomWithin, uniformArchitectures } from './random-architectures.js'
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
export type { Trained } from './train-candidates.js'
export { visitedFigures } from './visited-figures.js'
