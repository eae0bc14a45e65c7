import type { Constraint, CostModel } from '../cost/index.js'
import type { BatchSource } from '../data/index.js'
import { NothingYetError } from '../errors.js'
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
  proposeSome,
  succeed,
} from './ageing-evolution.js'
import type { LoneCandidate } from './candidate-judge.js'
import type { ChannelMap } from './channels.js'
import { type Cut, cutToBudget } from './cut.js'
import { squaredNorms } from './filters.js'
import type { Candidate, Fitness } from './fitness.js'
import type { Group } from './groups.js'
import { atomScores, type Reduce } from './reduce.js'
import { removalOrder } from './removal-order.js'
import { trainCandidate } from './train-candidate.js'

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
  /** Judges candidates in place of `fitness`, so many at a time, with the losses that it would give. */
  readonly judge?:
    | {
        readonly atATime: number
        losses(candidates: readonly LoneCandidate[]): Promise<readonly number[]>
      }
    | undefined
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
 * One step judges a candidate, or trains it for a while; or lets others judge several that do not depend on one another.
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

  const proposing = { plan, deviations, seed }

  async function begin(state: LegrState): Promise<LegrState> {
    const genome = propose(state.evolution, proposing)
    const { dead } = await cutBy(genome)
    return { ...state, trial: { genome, dead, step: 0, candidate: fitness.candidate(dead) } }
  }

  async function train(state: LegrState): Promise<LegrState> {
    const { trial, evolution } = state
    const { candidate } = trial!
    const { learningRate } = options
    const end = Math.min(tau, trial!.step + CHUNK)
    const { evaluated } = evolution
    const training = { source: options.source(), tau, learningRate, seed, evaluated }
    await trainCandidate(candidate, training, trial!.step, end)
    return { ...state, trial: { ...trial!, step: end } }
  }

  function judge({ trial, ...state }: LegrState) {
    const { candidate, genome } = trial!
    const loss = candidate.loss()
    candidate.dispose()
    return record(state, genome, loss)
  }

  /** The state after one more candidate, and what is to be told of it. */
  function record({ evolution, generations }: LegrState, genome: Genome, loss: number) {
    const next = succeed(evolution, { ...genome, fitness: loss }, plan)
    const { evaluated } = next
    if (evaluated % every !== 0 && evaluated !== plan.evaluations)
      return { state: { evolution: next, generations }, report: { entries: [] } }
    const generation = generationOf(next)
    const { best, median, diversity } = generation
    const line = `ranking ${evaluated}/${plan.evaluations}: loss best ${best.toFixed(4)}, median ${median.toFixed(4)}, diversity ${diversity.toFixed(2)}`
    return {
      state: { evolution: next, generations: [...generations, generation] },
      report: { entries: [{ entry: { ...generation }, line }] },
    }
  }

  async function judgedByOthers(state: LegrState) {
    const { atATime, losses } = options.judge!
    const genomes = proposeSome(state.evolution, atATime, proposing)
    const cuts = await Promise.all(genomes.map(cutBy))
    const { evaluated } = state.evolution
    const found = await losses(cuts.map(({ dead }, i) => ({ dead, evaluated: evaluated + i })))
    let after = state
    const entries = genomes.flatMap((genome, i) => {
      const { state: next, report } = record(after, genome, found[i]!)
      after = next
      return report.entries
    })
    return { state: after, report: { entries } }
  }

  return {
    init: async () => ({ evolution: EMPTY, generations: [] }),
    async step(state) {
      if (options.judge && !state.trial) return judgedByOthers(state)
      const begun = state.trial ? state : await begin(state)
      const trained = begun.trial!.step < tau ? await train(begun) : begun
      return trained.trial!.step < tau ? { state: trained } : judge(trained)
    },
    done: ({ evolution }) => evolution.evaluated >= plan.evaluations,
    async result({ evolution: { best, identity }, generations }) {
      if (best === undefined || identity === undefined)
        throw new NothingYetError('no candidate ranking has been judged')
      return { affine: affineOf(best), fitness: best.fitness, identityFitness: identity, generations }
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
