import { type LabelledImages, type Model, tf } from '../engine/index.js'
import { InputError } from '../errors.js'
import { type FeatureMapOptions, visitFeatureMaps } from './feature-maps.js'
import type { Prepared } from './prepare.js'
import type { CalibrationPlan } from './quantize-config.js'
import type { FilterTerms } from './quantize-kernels.js'
import type { QuantizedModel } from './quantized-model.js'
import { countSizes, percentile, type SizeHistogram, shareAbove, sizeHistogram } from './size-histogram.js'

/** Share of what is not 0 that may lie beyond a range. */
const MOST_BEYOND = 0.5

export interface CalibrateOptions extends Omit<FeatureMapOptions, 'rounds'> {
  readonly plan: CalibrationPlan
  /** Of filters that have decided. */
  readonly terms?: FilterTerms | undefined
}

/**
 * Sets the step of every rounding to integers so that they reach as far as the feature maps of some batches do, which are
 * computed with quantized kernels and without rounding: s = range / (2^(bits − 1) − 1), or the smallest power of two that
 * reaches. Returns the names of quantizers that saw nothing but 0, whose step stays.
 * Throws InputError, naming the tensor, where values are no numbers, and where more than half of them would lie beyond.
 */
export function calibrate(
  quantized: QuantizedModel,
  batches: Iterable<LabelledImages>,
  { plan, ...options }: CalibrateOptions,
): readonly string[] {
  checkPlan(plan)
  const { model, prepared } = quantized
  const rounding = prepared.quantizers.filter(({ name }) => model.variables.has(`${name}/step`))
  const histograms = new Map(rounding.map(({ name }) => [name, sizeHistogram()]))
  visitFeatureMaps(quantized, batches, { ...options, rounds: false }, values => {
    for (const [name, histogram] of histograms) countSizes(histogram, values(name))
  })
  const silent: string[] = []
  for (const { name, input } of rounding) {
    const range = rangeOf(input, histograms.get(name)!, plan)
    if (range === 0) silent.push(name)
    else setStep(model, name, stepOf(range, prepared))
  }
  return silent
}

function checkPlan({ batches, percentile }: CalibrationPlan): void {
  if (!Number.isInteger(batches) || batches < 1)
    throw new InputError(`calibration needs a batch or more, got ${batches}`)
  if (!(percentile > 0 && percentile <= 100))
    throw new InputError(`the percentile of a calibration is above 0 and up to 100, got ${percentile}`)
}

/** 0 where all values are. */
function rangeOf(tensor: string, histogram: SizeHistogram, plan: CalibrationPlan): number {
  if (!Number.isFinite(histogram.largest))
    throw new InputError(
      `calibration of "${tensor}": its values are no finite numbers; is the model trained, and its input what it expects?`,
    )
  const range = percentile(histogram, plan.percentile)
  const beyond = shareAbove(histogram, range)
  if (beyond > MOST_BEYOND)
    throw new InputError(
      `calibration of "${tensor}": ${plan.percentile} % of its values that are not 0 reach ${range.toPrecision(3)}, and ${(100 * beyond).toFixed(0)} % lie beyond; take a higher percentile`,
    )
  return range
}

/** The step with which integers reach `range`, a number of float32. */
export function stepOf(range: number, { scheme }: Pick<Prepared, 'scheme'>): number {
  const most = 2 ** (scheme.activationBits - 1) - 1
  if (scheme.steps === 'any') return Math.fround(range / most)
  return 2 ** Math.ceil(Math.log2(range / (most + 0.5)))
}

function setStep({ variables }: Model, name: string, step: number): void {
  tf.tidy(() => variables.get(`${name}/step`)!.assign(tf.tensor1d([step])))
}
