import { Matrix, QrDecomposition } from 'ml-matrix'

/** A column whose part outside of the columns before it is smaller than this, relative to it, adds nothing. */
const DEPENDENT = 1e-9

/**
 * The x that minimises ‖A·x − y‖ (Householder QR). Columns that depend linearly on earlier ones get 0: widths
 * that a type does not vary, powers of a knob that has two levels. `rows` are the rows of A.
 */
export function leastSquares(rows: readonly Float64Array[], y: ArrayLike<number>): Float64Array {
  const columns = rows[0]?.length ?? 0
  const x = new Float64Array(columns)
  let kept = Array.from({ length: columns }, (_, j) => j)
  for (;;) {
    const matrix = new Matrix(rows.length, kept.length)
    for (let i = 0; i < rows.length; i++) {
      for (let k = 0; k < kept.length; k++) matrix.set(i, k, rows[i]![kept[k]!]!)
    }
    const qr = new QrDecomposition(matrix)
    const r = qr.upperTriangularMatrix
    const independent = kept.filter((j, k) => Math.abs(r.get(k, k)) > DEPENDENT * norm(rows, j))
    if (independent.length === kept.length) {
      const solution = qr.solve(Matrix.columnVector(Array.from(y)))
      for (let k = 0; k < kept.length; k++) x[kept[k]!] = solution.get(k, 0)
      return x
    }
    kept = independent
  }
}

function norm(rows: readonly Float64Array[], j: number): number {
  let squares = 0
  for (const row of rows) squares += row[j]! * row[j]!
  return Math.sqrt(squares)
}
