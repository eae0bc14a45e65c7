export {
  DATA_SET_COLUMNS,
  type DataPoint,
  type DataSet,
  type DataSetHeader,
  dataSetText,
  type FailedPoint,
  headerFile,
  isMeasured,
  type MeasuredPoint,
  parseDataSet,
  readDataSet,
  writeDataSet,
} from '../data-set.js'
export type { Candidate, CandidateOptions, Form, Scope } from './candidate.js'
export { checkDomain } from './check-domain.js'
export { KNOBS, type Knob } from './features.js'
export { type FitJob, fitJob } from './fit-job.js'
export { checkPoints, type FitOptions, fitPeModels } from './fit-pe-models.js'
export { fitFigures, fitTables } from './fit-report.js'
export {
  type FittedModels,
  fittedModelsText,
  readFittedModels,
  writeFittedModels,
} from './fitted-models.js'
export { type Accuracy, accuracy } from './metrics.js'
export { type PeModel, peModel, readPeModel } from './pe-model.js'
export { type SplitPoints, splitPoints } from './split-points.js'
