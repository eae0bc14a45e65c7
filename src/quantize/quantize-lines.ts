import { type Constraint, formatMetric } from '../cost/index.js'
import { type Line, percent, warningLine } from '../tuning/index.js'
import type { QuantizeEpoch } from './quantize-state.js'
import type { TermsPrice } from './terms-price.js'

/** The network calibrated and not yet trained, and what the calibration saw nothing of. */
export const calibratedLines = (
  scheme: string,
  before: number | undefined,
  silent: readonly string[],
): readonly Line[] => [
  {
    entry: { calibrated: scheme, ...(before !== undefined && { before }) },
    line:
      before === undefined
        ? `${scheme}: calibrated`
        : `${scheme}: ${percent(before)} of the held-out images right, calibrated and before training`,
  },
  ...(silent.length > 0
    ? [
        warningLine(
          `${silent.length} feature maps are always 0 on the images of the calibration: ${silent.join(', ')}`,
        ),
      ]
    : []),
]

/** What is asked of terms, beside what they cost when each filter has all. */
export const constraintLine = ({ metric, bound, text }: Constraint, all: number): Line => ({
  entry: { constraint: text, bound, all },
  line: `${text}: ${metric} of ${formatMetric(metric, bound)} at most, ${formatMetric(metric, all)} with every term`,
})

/** An epoch on one line. */
export function epochLine(
  scheme: string,
  summary: QuantizeEpoch,
  {
    epochs,
    waiting,
    price,
  }: { readonly epochs: number; readonly waiting: number; readonly price?: TermsPrice | undefined },
): Line {
  const { epoch, loss, accuracy, distribution, lambda } = summary
  const parts = [
    `train ${scheme} ${epoch}/${epochs}, cross-entropy ${loss.toFixed(3)}`,
    `training accuracy ${percent(accuracy)}`,
    ...(price && summary.price !== undefined
      ? [`${price.metric} ${formatMetric(price.metric, summary.price)}, λ ${lambda!.toFixed(2)}`]
      : []),
    ...(distribution === undefined ? [] : [`distribution loss ${distribution.toFixed(3)}`]),
    `waited for data ${percent(waiting)}`,
  ]
  return { entry: { ...summary }, line: parts.join(', ') }
}

/** A model that is what it would become. */
export const unchangedLine = (name: string, scheme: string): Line =>
  warningLine(
    `${name} is quantized by ${scheme} already: its weights and its roundings stay as they are, and nothing is trained`,
  )
