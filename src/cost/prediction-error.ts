/** How well predictions match measurements. */
export interface PredictionError {
  readonly networks: number
  /** Mean and largest |predicted − measured| / measured, in percent. */
  readonly mape: number
  readonly worst: number
  /** Mean of (predicted − measured) / measured, in percent: above 0 the table is pessimistic. */
  readonly biasPercent: number
  /** Rank correlations: does the faster network come out faster? */
  readonly spearman: number
  readonly kendall: number
}

/** Compares predictions with measurements of the same networks, in the same order. */
export function predictionError(predicted: readonly number[], measured: readonly number[]): PredictionError {
  const errors = predicted.map((value, i) => (100 * (value - measured[i]!)) / measured[i]!)
  return {
    networks: errors.length,
    mape: mean(errors.map(Math.abs)),
    worst: Math.max(...errors.map(Math.abs)),
    biasPercent: mean(errors),
    spearman: spearman(predicted, measured),
    kendall: kendall(predicted, measured),
  }
}

/** Spearman's ρ: Pearson's correlation of the ranks, equal values sharing their mean rank. 0 where one side is constant. */
export function spearman(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [ranks(a), ranks(b)]
  const middle = (a.length - 1) / 2
  const product = (p: readonly number[], q: readonly number[]) =>
    p.reduce((sum, value, i) => sum + (value - middle) * (q[i]! - middle), 0)
  const scale = Math.sqrt(product(x, x) * product(y, y))
  return scale > 0 ? product(x, y) / scale : 0
}

/** Kendall's τ-b: (concordant − discordant) / √(untied pairs of a · untied pairs of b). 0 where one side is constant. */
export function kendall(a: readonly number[], b: readonly number[]): number {
  let [agreement, untiedA, untiedB] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < i; j++) {
      const [da, db] = [Math.sign(a[i]! - a[j]!), Math.sign(b[i]! - b[j]!)]
      agreement += da * db
      untiedA += da * da
      untiedB += db * db
    }
  }
  const scale = Math.sqrt(untiedA * untiedB)
  return scale > 0 ? agreement / scale : 0
}

function ranks(values: readonly number[]): number[] {
  return values.map(value => {
    const below = values.filter(other => other < value).length
    const equal = values.filter(other => other === value).length
    return below + (equal - 1) / 2
  })
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
