import type { Cost, Metric } from './cost.js'

interface MetricFacts {
  /** Key of the metric in `Cost`. */
  readonly key: 'latencyMs' | 'energyMj' | 'areaMm2' | 'macs' | 'params' | 'terms'
  /** Unit in which `Cost` states it; empty for counts. */
  readonly unit: string
  /** Accepted units and their size in `unit`. */
  readonly units: Readonly<Record<string, number>>
}

const COUNTS = { '': 1, K: 1e3, M: 1e6, G: 1e9 }

/** What is known of every metric: where `Cost` keeps it and in which units a user may write it. */
export const METRIC_FACTS: Readonly<Record<Metric, MetricFacts>> = {
  latency: { key: 'latencyMs', unit: 'ms', units: { ms: 1, us: 1e-3, s: 1e3 } },
  energy: { key: 'energyMj', unit: 'mJ', units: { mJ: 1, uJ: 1e-3, J: 1e3 } },
  area: { key: 'areaMm2', unit: 'mm2', units: { mm2: 1, um2: 1e-6 } },
  macs: { key: 'macs', unit: '', units: COUNTS },
  params: { key: 'params', unit: '', units: COUNTS },
  terms: { key: 'terms', unit: '', units: { '': 1 } },
}

/** The figure of `metric` in `cost`, in ms, mJ, mm² or as a count; undefined where the model gives none. */
export const metricOf = (cost: Cost, metric: Metric): number | undefined => cost[METRIC_FACTS[metric].key]

/** A figure with its unit as a person writes it: `3.8 ms`, `41.2 M`. Four significant digits. */
export function formatMetric(metric: Metric, value: number): string {
  const { unit } = METRIC_FACTS[metric]
  if (unit) return `${Number(value.toPrecision(4))} ${unit}`
  const [prefix, scale] =
    value >= 1e9 ? ['G', 1e9] : value >= 1e6 ? ['M', 1e6] : value >= 1e3 ? ['K', 1e3] : ['', 1]
  return `${Number((value / scale).toPrecision(4))} ${prefix}`.trim()
}
