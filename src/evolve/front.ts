import { type Constraint, excess } from './constraint.js'
import { type Population, rowOf } from './population.js'
import { lexicographicOrder } from './sorting/lexicographic-order.js'
import { nonDominatedSort } from './sorting/non-dominated-sort.js'
import type { State } from './state.js'
import type { Genome } from './variable.js'

/** A constraint that a member breaks. */
export interface Broken {
  readonly constraint: string
  readonly bound: number
  readonly value: number
  /** How far beyond the bound, positive, in the unit of the value. */
  readonly by: number
  /** The same as a share of the constraint's scale. */
  readonly share: number
}

export interface Member {
  readonly genome: Genome
  readonly objectives: Float64Array
  readonly constraints: Float64Array
  /** Σ of the shares; 0 where feasible. */
  readonly violation: number
  readonly broken: readonly Broken[]
}

export interface Front {
  /** False where no member meets every constraint: the members are then the least infeasible. */
  readonly feasible: boolean
  readonly members: readonly Member[]
}

/**
 * What a search has found. The feasible members that no other dominates, by their objectives; or, where nothing is
 * feasible, the least infeasible: those that no other betters in every excess, the smallest violation first.
 */
export function front({ config, population, standing }: State): Front {
  if (population.size === 0) return { feasible: false, members: [] }
  const feasible = population.violations.some(violation => violation === 0)
  const best = feasible
    ? Int32Array.from(standing.ranks.keys()).filter(i => standing.ranks[i] === 0)
    : leastInfeasible(config.constraints, population)
  const width = config.objectives.length + 1
  const keys = new Float64Array(best.length * width)
  for (const [i, index] of best.entries()) {
    keys[i * width] = population.violations[index]!
    keys.set(rowOf(population.objectives, population.size, index), i * width + 1)
  }
  const members = Array.from(lexicographicOrder(keys, width), i =>
    memberOf(config.constraints, population, best[i]!),
  )
  return { feasible, members }
}

function leastInfeasible(constraints: readonly Constraint[], population: Population): Int32Array {
  const width = constraints.length
  const excesses = population.constraints.map((value, i) => excess(constraints[i % width]!, value))
  const ranks = nonDominatedSort(excesses, width)
  return Int32Array.from(ranks.keys()).filter(i => ranks[i] === 0)
}

function memberOf(constraints: readonly Constraint[], population: Population, index: number): Member {
  const row = (matrix: Float64Array) => rowOf(matrix, population.size, index).slice()
  const values = row(population.constraints)
  const broken = constraints.flatMap((constraint, c) => {
    const { name, bound } = constraint
    const value = values[c]!
    const share = excess(constraint, value)
    return share > 0 ? [{ constraint: name, bound, value, by: Math.abs(value - bound), share }] : []
  })
  return {
    genome: row(population.genomes),
    objectives: row(population.objectives),
    constraints: values,
    violation: population.violations[index]!,
    broken,
  }
}
