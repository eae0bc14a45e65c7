import { mean, quantile } from 'simple-statistics'

/** How well predictions match measurements. */
export interface Accuracy {
  readonly points: number
  /** Coefficient of determination, 1 − Σ(y − ŷ)² / Σ(y − ȳ)²; absent where y does not vary. */
  readonly r2?: number
  /** Mean of |ŷ − y| / y, in percent. */
  readonly mape: number
  /** 95th percentile of |ŷ − y| / y, interpolated between points, in percent. */
  readonly p95: number
}

/** Compares predictions with measurements (all above 0, at least one), in the same order. */
export function accuracy(measured: readonly number[], predicted: readonly number[]): Accuracy {
  const errors = measured.map((y, i) => (100 * Math.abs(predicted[i]! - y)) / y)
  const middle = mean(measured as number[])
  const sum = (terms: readonly number[]) => terms.reduce((total, term) => total + term, 0)
  const total = sum(measured.map(y => (y - middle) ** 2))
  const left = sum(measured.map((y, i) => (y - predicted[i]!) ** 2))
  return {
    points: measured.length,
    ...(total > 0 ? { r2: 1 - left / total } : {}),
    mape: mean(errors),
    p95: quantile(errors, 0.95),
  }
}
