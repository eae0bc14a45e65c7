import type { Weight } from '../../network/index.js'

/**
 * Σ_j ‖w_i − w_j‖₂ of each filter i over the filters j of its layer: small near their geometric median, where a filter
 * is most like what the others can stand in for (FPGM, He et al. 2019). Time grows with filters² · filter size.
 */
export function distancesToOthers({ shape, data }: Weight): Float64Array {
  const filters = shape.at(-1)!
  const size = data.length / filters
  const rows = Array.from({ length: filters }, (_, filter) =>
    Float64Array.from({ length: size }, (_, i) => data[i * filters + filter]!),
  )
  const sums = new Float64Array(filters)
  for (let i = 0; i < filters; i++)
    for (let j = 0; j < i; j++) {
      const [a, b] = [rows[i]!, rows[j]!]
      let squared = 0
      for (let k = 0; k < size; k++) {
        const difference = a[k]! - b[k]!
        squared += difference * difference
      }
      const distance = Math.sqrt(squared)
      sums[i]! += distance
      sums[j]! += distance
    }
  return sums
}
