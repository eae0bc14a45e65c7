export {
  type Accelerator,
  type AcceleratorKnobs,
  accelerator,
  PE_WIDTHS,
  peDesignOf,
  type ScratchpadTechnology,
  type Widths,
  withPeType,
} from './accelerator.js'
export { type AcceleratorFigures, acceleratorFigures } from './accelerator-figures.js'
export { acceleratorSchema } from './accelerator-schema.js'
export {
  type AcceleratorSpace,
  acceleratorAt,
  accelerators,
  countAccelerators,
  readAcceleratorSpace,
} from './accelerator-space.js'
export { acceleratorYaml } from './accelerator-yaml.js'
export * from './data-set.js'
export {
  type EnergyParts,
  type Estimate,
  type EstimateOptions,
  estimate,
  type LayerEstimate,
} from './estimate.js'
export { type ArrayModel, arrayModel } from './mapping/array.js'
export { type MappedConv, mapConv } from './mapping/map-conv.js'
export { mapMove } from './mapping/map-move.js'
export type { Mapping, MappingCost } from './mapping/mapping.js'
export { mappingCost } from './mapping/mapping-cost.js'
export { OBJECTIVES, type Objective } from './mapping/objective.js'
export {
  type ConvShape,
  type MoveShape,
  type Workload,
  type WorkShape,
  workloadOf,
} from './mapping/workload.js'
export * from './models/index.js'
export * from './pe-design.js'
export { readAccelerator } from './read-accelerator.js'
export { type ValidatedLayer, type Validation, validateEyeriss } from './validation/validate-eyeriss.js'
