import type { Constraint, CostModel } from '../cost/index.js'
import type { BatchSource } from '../data/index.js'
import type { Network, Weights } from '../network/index.js'
import type { Job, Snapshot } from '../runs/index.js'
import { type Affine, transformed } from './affine.js'
import {
  deviation,
  EMPTY,
  type Evolution,
  type EvolutionPlan,
  type Generation,
  type Genome,
  generationOf,
  propose,
  succeed,
} from './ageing-evolution.js'
import type { ChannelMap } from './channels.js'
import { type Cut, cutToBudget } from './cut.js'
import { squaredNorms } from './filters.js'
import type { Candidate, Fitness } from './fitness.js'
import type { Group } from './groups.js'
import { atomScores, type Reduce } from './reduce.js'
import { removalOrder } from './removal-order.js'

export interface LegrOptions {
  /** With weights. */
  readonly network: Network
  readonly channels: ChannelMap
  readonly groups: readonly Group[]
  readonly reduce: Reduce
  readonly keepAtLeast: number
  readonly roundTo: number
  /** Absolute; the tightest that the ranking is for. */
  readonly budget: Constraint
  readonly model: CostModel
  readonly plan: EvolutionPlan
  /** Steps of training before a candidate is judged, and their learning rate. */
  readonly tau: number
  readonly learningRate: number
  readonly fitness: Fitness
  /** Training batches; asked for with `tau` above 0. */
  readonly source: () => BatchSource
  readonly seed: number
}

/** A candidate in hand, while it is trained. */
interface Trial {
  readonly genome: Genome
  readonly dead: readonly number[]
  readonly step: number
}

export interface LegrState {
  readonly evolution: Evolution
  readonly generations: readonly Generation[]
  readonly trial?: Trial & { readonly candidate: Candidate }
}

/** What has been learned: the best α and κ of all that were tried. */
export interface LegrResult {
  readonly affine: Affine
  readonly fitness: number
  /** The same of plain norms (α 1, κ 0), which are one of those tried. */
  readonly identityFitness: number
  readonly generations: readonly Generation[]
}

/** Steps of training to a step of the job. */
const CHUNK = 8

/**
 * LeGR (Chin et al., arXiv 1904.12368) as a job: regularised evolution over α and κ of each layer. A candidate is the
 * network cut to the budget by α·‖w‖₂² + κ; its fitness is the loss on images held out of training, after `tau` steps.
 * One step judges a candidate, or trains it for a while.
 */
export function legrJob(options: LegrOptions): Job<LegrState, LegrResult> {
  const { network, channels, groups, reduce, keepAtLeast, plan, tau, fitness, seed } = options
  const norms = squaredNorms(network, channels)
  const layers = [...norms.keys()]
  const deviations = layers.map(layer => deviation(norms.get(layer)!))
  const bare = { ...network, weights: {} }
  const every = Math.max(1, Math.round(plan.population / 4))

  const affineOf = ({ alpha, kappa }: Genome): Affine =>
    Object.fromEntries(layers.map((layer, i) => [layer, { alpha: alpha[i]!, kappa: kappa[i]! }]))

  const cutBy = (genome: Genome): Promise<Cut> => {
    const scores = atomScores(channels, transformed(norms, affineOf(genome)), reduce)
    const order = removalOrder(groups, scores, keepAtLeast)
    return cutToBudget({ ...options, network: bare, order })
  }

  async function begin(state: LegrState): Promise<LegrState> {
    const genome = propose(state.evolution, { plan, deviations, seed })
    const { dead } = await cutBy(genome)
    return { ...state, trial: { genome, dead, step: 0, candidate: fitness.candidate(dead) } }
  }

  async function train(state: LegrState): Promise<LegrState> {
    const { trial, evolution } = state
    const { candidate } = trial!
    const source = options.source()
    const { learningRate } = options
    const end = Math.min(tau, trial!.step + CHUNK)
    for (let step = trial!.step; step < end; step++) {
      // Every candidate sees images of its own.
      const at = evolution.evaluated * tau + step
      const batch = await source.batch(Math.floor(at / source.stepsPerEpoch), at % source.stepsPerEpoch)
      candidate.trainStep(batch, { learningRate, seed, step: at })
    }
    return { ...state, trial: { ...trial!, step: end } }
  }

  function judge({ trial, evolution, generations }: LegrState) {
    const { candidate, genome } = trial!
    const next = succeed(evolution, { ...genome, fitness: candidate.loss() }, plan)
    candidate.dispose()
    const { evaluated } = next
    if (evaluated % every !== 0 && evaluated !== plan.evaluations)
      return { state: { evolution: next, generations } }
    const generation = generationOf(next)
    const { best, median, diversity } = generation
    const line = `ranking ${evaluated}/${plan.evaluations}: loss best ${best.toFixed(4)}, median ${median.toFixed(4)}, diversity ${diversity.toFixed(2)}`
    return {
      state: { evolution: next, generations: [...generations, generation] },
      report: { entries: [{ entry: { ...generation }, line }] },
    }
  }

  return {
    init: async () => ({ evolution: EMPTY, generations: [] }),
    async step(state) {
      const begun = state.trial ? state : await begin(state)
      const trained = begun.trial!.step < tau ? await train(begun) : begun
      return trained.trial!.step < tau ? { state: trained } : judge(trained)
    },
    done: ({ evolution }) => evolution.evaluated >= plan.evaluations,
    async result({ evolution: { best, identity }, generations }) {
      return { affine: affineOf(best!), fitness: best!.fitness, identityFitness: identity!, generations }
    },
    pack,
    async unpack({ json, tensors }) {
      const { evolution, generations, trial } = json as Packed
      if (trial === undefined) return { evolution, generations }
      const candidate = fitness.candidate(trial.dead)
      candidate.unpack(tensors)
      return { evolution, generations, trial: { ...trial, candidate } }
    },
    progress: ({ evolution, trial }) => ({
      done: evolution.evaluated * Math.max(1, tau) + (trial?.step ?? 0),
      total: plan.evaluations * Math.max(1, tau),
      label: 'ranking',
    }),
    dispose({ trial }) {
      trial?.candidate.dispose()
    },
  }
}

type Packed = Pick<LegrState, 'evolution' | 'generations'> & { readonly trial?: Trial }

function pack({ evolution, generations, trial }: LegrState): Snapshot {
  if (trial === undefined) return { json: { evolution, generations }, tensors: {} }
  const { candidate, ...rest } = trial
  const json: Packed = { evolution, generations, trial: rest }
  return { json, tensors: candidate.pack() satisfies Weights }
}
