/** What can be asked of a quantization, and its packed files: loads no TensorFlow. */
export { isPacked, type PackedNetwork, type PackedSizes, readPacked } from './packed/read-packed.js'
export {
  CALIBRATION,
  type CalibrationPlan,
  DISTRIBUTION_FORMS,
  DISTRIBUTION_PLAN,
  type DistributionForm,
  type DistributionPlan,
  type QuantizeConfig,
  TERMS_PLAN,
  type TermsPlan,
  trainingPlanOf,
} from './quantize-config.js'
export { type FirstLast, SCHEMES, type SchemeName } from './scheme.js'
