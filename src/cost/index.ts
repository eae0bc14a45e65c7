export { acceleratorCostModel } from './accelerator-cost-model.js'
export {
  acceleratorSweep,
  type SweepOptions,
  type SweepPoint,
  type SweepRefusal,
  type SweepState,
  sweepFront,
} from './accelerator-sweep.js'
export { sweepCsv, sweepFronts, sweepName, sweepReport } from './accelerator-sweep-report.js'
export { choiceName, type PricedBlock, type PricedSpace, pricedChoices, SKIP } from './choice-name.js'
export {
  absolute,
  type Constraint,
  describeMiss,
  type Miss,
  misses,
  parseConstraint,
  parseConstraints,
} from './constraint.js'
export * from './cost.js'
export { countCostModel } from './count-cost-model.js'
export { type DeviceTable, deviceTableSchema, fromTable, type TablePrice, toTable } from './device-table.js'
export { type HostOptions, hostCostModel } from './host-cost-model.js'
export { layerFigures, type PricedLayers } from './layer-figure.js'
export { type Latency, type MeasureOptions, measureLatency } from './measure-latency.js'
export { measurePaired, type PairedLatency, type PairedOptions } from './measure-paired.js'
export { formatMetric, METRIC_FACTS, metricOf } from './metric.js'
export {
  type Multiplier,
  type MultiplierGains,
  NO_MULTIPLIER,
  targetAt,
  updateMultiplier,
} from './multiplier.js'
export { kendall, type PredictionError, predictionError, spearman } from './prediction-error.js'
export type { ProfiledSpace, ProfileOptions, ValidationNetwork } from './profile/profile-options.js'
export { profileReport, profileVerdict } from './profile/profile-report.js'
export { type ProfileState, profileSpace } from './profile/profile-space.js'
export type { ProfileResult, ValidatedNetwork } from './profile/profile-table.js'
export { readTable, tableYaml, writeTable } from './read-table.js'
export {
  type BlockDecision,
  decisionsOf,
  kernelRatios,
  type PriceRow,
  relaxedBlockLatency,
  relaxedLatency,
  squeezePrices,
} from './relaxed-latency.js'
export { runOnnx } from './run-onnx.js'
export { checkTableCovers, priceOf, tableCostModel, tablePrices } from './table-cost-model.js'
