import type { RandomStream } from '../../random.js'
import type { Domain, Genome, Variable } from '../variable.js'
import { categorical } from './categorical.js'
import { integer } from './integer.js'
import type { Operator } from './operator.js'
import { real } from './real.js'

/** Rates of crossover or mutation. */
export interface VariationRates {
  /** That it happens at all: to a pair of parents, or to a child. */
  readonly probability: number
  /** That it then happens to a variable. */
  readonly perVariable: number
  /** Distribution index η of numbers: large keeps them near. */
  readonly eta: number
}

const OPERATORS: Readonly<Record<Variable['kind'], Operator>> = Object.freeze({
  real,
  integer,
  ordinal: integer,
  categorical,
})

/** Makes two children, which hold their parents' numbers, crossings of them; each variable by its kind's operator. */
export function crossGenomes(
  one: Genome,
  other: Genome,
  domains: readonly Domain[],
  { probability, perVariable, eta }: VariationRates,
  stream: RandomStream,
): void {
  if (stream.uniform() >= probability) return
  for (let i = 0; i < domains.length; i++) {
    const domain = domains[i]!
    if (domain.low < domain.high && stream.uniform() < perVariable)
      OPERATORS[domain.kind].cross(one, other, i, domain, eta, stream)
  }
}

/** Mutates a genome in place. */
export function mutateGenome(
  genome: Genome,
  domains: readonly Domain[],
  { probability, perVariable, eta }: VariationRates,
  stream: RandomStream,
): void {
  if (stream.uniform() >= probability) return
  for (let i = 0; i < domains.length; i++) {
    const domain = domains[i]!
    if (domain.low < domain.high && stream.uniform() < perVariable)
      genome[i] = OPERATORS[domain.kind].mutate(genome[i]!, domain, eta, stream)
  }
}

/** Draws a genome uniformly, in place. */
export function drawGenome(genome: Genome, domains: readonly Domain[], stream: RandomStream): void {
  for (let i = 0; i < domains.length; i++) {
    const { kind, low, high } = domains[i]!
    genome[i] =
      kind === 'real'
        ? Math.min(high, low + stream.uniform() * (high - low))
        : low + stream.integer(high - low + 1)
  }
}
