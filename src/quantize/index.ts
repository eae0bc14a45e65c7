export {
  type ActivationStatistics,
  activationStatistics,
  type Shapes,
} from './activation-statistics.js'
export { calibrate, stepOf } from './calibrate.js'
export { decideTerms, openTerms, type TermMargins } from './decide-terms.js'
export { distributionLoss } from './distribution-loss.js'
export { EXPONENT_BITS } from './exponent-bits.js'
export { type Agreement, agreement } from './integer/agreement.js'
export {
  type IntegerNetwork,
  integerNetwork,
  type Quantization,
} from './integer/integer-network.js'
export { kernelCodes } from './integer/kernel-codes.js'
export { type KernelCodes, kernelValues } from './integer/kernel-values.js'
export { type Multiplier, multiplier } from './integer/multiplier.js'
export { roundHalfEven } from './integer/rounding.js'
export { quantizedLayers } from './layers.js'
export { writePacked } from './packed/write-packed.js'
export * from './packed-index.js'
export * from './plan-index.js'
export { type Prepared, prepare, type Quantizer } from './prepare.js'
export type { QuantizeOptions } from './quantize-context.js'
export { type QuantizeResult, quantizeJob } from './quantize-job.js'
export { type FilterTerms, quantizeKernels, quantizeWeights } from './quantize-kernels.js'
export { layerTable, quantizeFigures, roundingTable } from './quantize-report.js'
export type { QuantizeEpoch, QuantizeState } from './quantize-state.js'
export {
  createQuantizedModel,
  decisionFeeds,
  disposeQuantizedModel,
  type QuantizedModel,
  quantizedNetwork,
  termMargins,
} from './quantized-model.js'
export { roundByBatch } from './round-by-batch.js'
export type { Decision, QuantizedKernel, Scheme, Terms } from './scheme.js'
export { type SchemeCost, schemeCost } from './scheme-cost.js'
export { onFront, type SchemePoint, schemeFigures } from './scheme-figures.js'
export { integerScheme } from './schemes/integer.js'
export { schemes } from './schemes/schemes.js'
export { SCALE_BITS } from './significand.js'
export { termsOf } from './terms-of.js'
export { BOUNDED, priceOfTerms, type TermsPrice, termsPrice } from './terms-price.js'
