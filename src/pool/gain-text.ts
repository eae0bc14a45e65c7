import { formatMetric } from '../cost/index.js'
import { type Gain, type Pricing, saved, speedup } from './pricing.js'

type Metric = Pricing['metric']

/** `1.69 times as fast`, or `1.69 times fewer MACs`. */
export const timesText = (gain: Gain, metric: Metric): string =>
  `${speedup(gain).toFixed(2)} times ${metric === 'latency' ? 'as fast' : 'fewer MACs'}`

/** Why a convolution that saves nothing is left as it is. */
export function savesNothing(gain: Gain, metric: Metric): string {
  const [before, after] = [gain.before, gain.after].map(value => formatMetric(metric, value))
  const why =
    saved(gain) > 0
      ? 'no more is saved than the measurement may be wrong by'
      : 'its interpolation costs more than it saves'
  return `${why} (${metric} ${before} before, ${after} pooled)`
}

/** `+0.0312`, `−1.2` */
export const signed = (value: number, digits: number): string =>
  `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`
