import { InputError } from '../errors.js'
import { type RandomStream, random } from '../random.js'

/** α and κ of every layer, in one order of layers. */
export interface Genome {
  readonly alpha: readonly number[]
  readonly kappa: readonly number[]
}

export interface Member extends Genome {
  /** What is minimised. */
  readonly fitness: number
}

/** Regularised evolution as plain JSON: who lives, the oldest first, and the best that ever did. */
export interface Evolution {
  readonly members: readonly Member[]
  readonly evaluated: number
  readonly best?: Member
  /** Fitness of the first, the identity. */
  readonly identity?: number
  /** Who lived when the round in hand began, where rounds are of more than one child. */
  readonly parents?: readonly Member[]
}

export interface EvolutionPlan {
  readonly population: number
  /** How many members are drawn, with replacement; the fittest of them is the parent. */
  readonly tournament: number
  /** In all, the initial population included. */
  readonly evaluations: number
  /** Share of the layers that a child changes, one at least. */
  readonly mutation: number
  /**
   * Children that are made of one population, before any of them joins it: they can be judged side by side. 1 by default,
   * the algorithm of the authors.
   */
  readonly round?: number
}

/** The settings of LeGR's authors. */
export const EVOLUTION_PLAN: EvolutionPlan = Object.freeze({
  population: 64,
  tournament: 16,
  evaluations: 400,
  mutation: 0.1,
})

/** Throws InputError for a plan that cannot be followed. */
export function checkEvolutionPlan({ population, tournament, evaluations, round = 1 }: EvolutionPlan): void {
  if (population < 1 || tournament < 1 || evaluations < 1 || round < 1)
    throw new InputError('population, tournament, evaluations and round must be 1 or more')
}

export const EMPTY: Evolution = Object.freeze({ members: Object.freeze([]), evaluated: 0 })

export interface ProposeOptions {
  readonly plan: EvolutionPlan
  /** By layer: what κ varies by, the standard deviation of the layer's norms. */
  readonly deviations: readonly number[]
  readonly seed: number
}

/**
 * The genome to evaluate next: a function of the state and `seed` alone. The first is the identity (α = 1, κ = 0), the
 * others of the initial population α = exp(N(0, 1)), κ = N(0, σ). Then the fittest of a tournament has a child, with
 * α · exp(N(0, s)) and κ + N(0, σ) in a share of the layers, where s = 1 − i / (1.25 · evaluations) falls with the
 * number i of what has been evaluated.
 */
export function propose(
  { members, evaluated, parents = members }: Evolution,
  options: ProposeOptions,
): Genome {
  const { plan, deviations, seed } = options
  const stream = random(seed, 'legr', evaluated)
  if (evaluated === 0) return { alpha: deviations.map(() => 1), kappa: deviations.map(() => 0) }
  if (evaluated < plan.population)
    return {
      alpha: deviations.map(() => Math.exp(stream.normal())),
      kappa: deviations.map(deviation => deviation * stream.normal()),
    }
  const parent = fittest(parents, plan.tournament, stream)
  const changes = Math.max(1, Math.floor(plan.mutation * deviations.length))
  const changed = stream.permutation(deviations.length).subarray(0, changes)
  const step = 1 - evaluated / (1.25 * plan.evaluations)
  const [alpha, kappa] = [[...parent.alpha], [...parent.kappa]]
  for (const layer of changed) {
    alpha[layer]! *= Math.exp(step * stream.normal())
    kappa[layer]! += deviations[layer]! * stream.normal()
  }
  return { alpha, kappa }
}

function fittest(members: readonly Member[], tournament: number, stream: RandomStream): Member {
  const drawn = Array.from({ length: tournament }, () => members[stream.integer(members.length)]!)
  return drawn.reduce((best, member) => (member.fitness < best.fitness ? member : best))
}

/**
 * The genomes to evaluate next that do not depend on one another, `most` at the most: of the initial population, or what is
 * left of a round. The same ones as `propose` gives one after the other.
 */
export function proposeSome(evolution: Evolution, most: number, options: ProposeOptions): readonly Genome[] {
  const { evaluated } = evolution
  const { population, evaluations, round = 1 } = options.plan
  const independent =
    evaluated < population ? population - evaluated : round - ((evaluated - population) % round)
  const length = Math.min(most, independent, evaluations - evaluated)
  return Array.from({ length }, (_, i) => propose({ ...evolution, evaluated: evaluated + i }, options))
}

/** The evolution after one more evaluation: the newcomer lives, and beyond the population's size the oldest dies. */
export function succeed(
  { members, evaluated, best, identity, parents }: Evolution,
  newcomer: Member,
  { population, round = 1 }: Pick<EvolutionPlan, 'population' | 'round'>,
): Evolution {
  const living = [...members, newcomer].slice(-population)
  const begins = evaluated + 1 >= population && (evaluated + 1 - population) % round === 0
  const couples = begins ? living : parents
  return {
    members: living,
    evaluated: evaluated + 1,
    best: best === undefined || newcomer.fitness < best.fitness ? newcomer : best,
    identity: identity ?? newcomer.fitness,
    ...(round > 1 && couples && { parents: couples }),
  }
}

/** Where a population stands. */
export interface Generation {
  readonly evaluated: number
  /** Best ever, and the median of who lives. */
  readonly best: number
  readonly median: number
  /** Standard deviation of ln α over who lives, averaged over layers. */
  readonly diversity: number
}

export function generationOf({ members, evaluated, best }: Evolution): Generation {
  const sorted = members.map(({ fitness }) => fitness).sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
  const layers = members[0]!.alpha.length
  const spreads = Array.from({ length: layers }, (_, layer) =>
    deviation(members.map(({ alpha }) => Math.log(alpha[layer]!))),
  )
  return {
    evaluated,
    best: best!.fitness,
    median,
    diversity: spreads.reduce((sum, spread) => sum + spread, 0) / layers,
  }
}

/** Standard deviation of a population. */
export function deviation(values: ArrayLike<number>): number {
  const all = Array.from(values)
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length
  return Math.sqrt(all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length)
}
