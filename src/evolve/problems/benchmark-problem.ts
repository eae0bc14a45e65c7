import type { Problem } from '../problem.js'
import type { Evaluation } from '../tell.js'
import type { Genome, RealVariable } from '../variable.js'

/** A problem of the literature. */
export interface BenchmarkProblem extends Problem {
  readonly name: string
  evaluate(genome: Genome): Evaluation
  /** About `count` points of the true front, evenly spaced along a parameter; where it is known in closed form. */
  readonly front?: (count: number) => Float64Array
}

export const reals = (bounds: readonly (readonly [low: number, high: number])[]): readonly RealVariable[] =>
  bounds.map(([low, high], i) => ({ kind: 'real', name: `x${i + 1}`, low, high }))

/** `count` numbers from low to high, both included. */
export const evenly = (low: number, high: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1))

/** Points of a curve with two objectives. */
export const curve = (firsts: readonly number[], second: (first: number) => number): Float64Array =>
  Float64Array.from(firsts.flatMap(first => [first, second(first)]))
