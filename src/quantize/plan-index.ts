/** What can be asked of a quantization: loads nothing heavy. */
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
