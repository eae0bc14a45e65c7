import { EigenvalueDecomposition, Matrix } from 'ml-matrix'

/** ‖A‖₂, the largest singular value of a matrix of rows: the root of the largest eigenvalue of AAᵀ, or of AᵀA if smaller. */
export function spectralNorm(rows: readonly Float64Array[]): number {
  const matrix = new Matrix(rows.map(row => Array.from(row)))
  const turned = matrix.transpose()
  const gram = matrix.rows <= matrix.columns ? matrix.mmul(turned) : turned.mmul(matrix)
  const { realEigenvalues } = new EigenvalueDecomposition(gram, { assumeSymmetric: true })
  return Math.sqrt(Math.max(0, ...realEigenvalues))
}
