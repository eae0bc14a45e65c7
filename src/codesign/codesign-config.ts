import { InputError } from '../errors.js'
import type { Stagnation } from '../evolve/index.js'
import type { AcceleratorSpace, FittedModels, Objective } from '../hardware/index.js'
import type { AccuracyTable } from './accuracy-table.js'
import type { DesignConstraint } from './design-constraint.js'
import type { FamilyConfig } from './family-of.js'
import type { Measure } from './measure.js'
import type { Architecture } from './network-family.js'
import type { RetrainPlan, SupernetSource } from './supernet-source.js'

/** How the designs are searched. */
export interface CodesignPlan {
  /** Of each method, at most. */
  readonly evaluations: number
  /** Of the joint search, at most. */
  readonly seconds?: number
  readonly stagnation?: Stagnation
  /** Designs of a generation, and survivors at first: there are half as many more whenever the front fills them. */
  readonly population: number
  /** It does not grow beyond. */
  readonly mostPopulation: number
  /** Also do the same without co-design, with as many evaluations each. */
  readonly baselines: boolean
}

export const CODESIGN_PLAN: CodesignPlan = Object.freeze({
  evaluations: 10_000,
  population: 50,
  mostPopulation: 1000,
  baselines: true,
})

/** Evaluations of each method where every network has to be run. */
export const SUPERNET_EVALUATIONS = 2000

/** Longest search that remembers all its genomes, so that none is evaluated twice. */
export const MOST_REMEMBERED = 100_000

/** A co-design in full, plain JSON. */
export interface CodesignConfig {
  readonly family: FamilyConfig
  readonly accelerators: AcceleratorSpace
  /** Coefficients of the PE models. */
  readonly models: FittedModels
  readonly accuracy: AccuracyTable | SupernetSource
  readonly objectives: readonly Measure[]
  readonly constraints: readonly DesignConstraint[]
  /** What the best mapping of a layer has least of (`mappingFor`). */
  readonly mapping: Objective
  readonly batch: number
  /** Networks that the first generation holds. */
  readonly seeds: readonly Architecture[]
  /** Network that hardware is chosen for where it is chosen first. */
  readonly reference: Architecture
  readonly plan: CodesignPlan
  /** Of members of the front, where accuracies come from a supernet. */
  readonly retrain?: RetrainPlan
}

/**
 * What a layer's mapping should have least of for such objectives and constraints: energy where nothing asks for time,
 * latency where nothing asks for energy, else their product.
 */
export function mappingFor(
  objectives: readonly Measure[],
  constraints: readonly DesignConstraint[],
): Objective {
  const asked = [...objectives, ...constraints.map(({ measure }) => measure)]
  const [time, energy] = [asked.includes('latency'), asked.includes('energy')]
  if (asked.includes('edp') || (time && energy)) return 'edp'
  return energy ? 'energy' : 'latency'
}

/** Throws InputError for a plan that cannot be. */
export function checkPlan({ evaluations, population, mostPopulation }: CodesignPlan, seeds: number): void {
  if (population > evaluations)
    throw new InputError(
      `a population of ${population} takes as many evaluations, there are ${evaluations}; lower --population or raise --evaluations`,
    )
  if (mostPopulation < population)
    throw new InputError(`the population cannot grow from ${population} to ${mostPopulation}`)
  if (seeds > population)
    throw new InputError(`${seeds} seed networks do not fit a population of ${population}`)
}
