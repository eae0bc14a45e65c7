/** Evaluated genomes, a row each. */
export interface Population {
  readonly size: number
  /** One number a variable. */
  readonly genomes: Float64Array
  /** What is minimised. */
  readonly objectives: Float64Array
  /** The value that each constraint bounds. */
  readonly constraints: Float64Array
  /** One number a genome: the sum of its excesses, 0 where it is feasible. */
  readonly violations: Float64Array
}

export const EMPTY: Population = Object.freeze({
  size: 0,
  genomes: new Float64Array(0),
  objectives: new Float64Array(0),
  constraints: new Float64Array(0),
  violations: new Float64Array(0),
})

/** Row `index` of a matrix of `rows` rows, as a view. */
export const rowOf = (matrix: Float64Array, rows: number, index: number): Float64Array => {
  const width = matrix.length / rows
  return matrix.subarray(index * width, (index + 1) * width)
}

export function concatenate(a: Float64Array, b: Float64Array): Float64Array {
  const both = new Float64Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

/** The members of both, `a`'s first. */
export const join = (a: Population, b: Population): Population => ({
  size: a.size + b.size,
  genomes: concatenate(a.genomes, b.genomes),
  objectives: concatenate(a.objectives, b.objectives),
  constraints: concatenate(a.constraints, b.constraints),
  violations: concatenate(a.violations, b.violations),
})

/** The members at `indices`, in their order. */
export function pick(population: Population, indices: Int32Array): Population {
  const rows = (matrix: Float64Array) => {
    const width = matrix.length / population.size
    const picked = new Float64Array(indices.length * width)
    for (let i = 0; i < indices.length; i++) {
      const from = indices[i]! * width
      for (let j = 0; j < width; j++) picked[i * width + j] = matrix[from + j]!
    }
    return picked
  }
  return {
    size: indices.length,
    genomes: rows(population.genomes),
    objectives: rows(population.objectives),
    constraints: rows(population.constraints),
    violations: rows(population.violations),
  }
}
