import {
  disposeTraining,
  evaluate,
  networkOf,
  packTraining,
  startTraining,
  type Training,
  type TrainingPlan,
  unpackTraining,
} from '../engine/index.js'
import type { Network, Weights } from '../network/index.js'
import { prefixed, type StepReport, unprefixed } from '../runs/index.js'
import { type EpochSums, epochStep, NO_SUMS } from '../tuning/index.js'
import type { NamedArchitecture } from './baselines.js'
import type { SearchData } from './search-data.js'
import { decode } from './space/decode.js'
import type { Space } from './space/space.js'

/** A network trained from scratch: the found one, or a baseline. */
export interface Trained extends NamedArchitecture {
  /** Accuracy on the held-out images. */
  readonly validation: number
  /** Accuracy on the test split, which is used for this alone. */
  readonly test: number
  /** Steps it was trained, of how many, where a deadline came before the last. */
  readonly cutShort?: { readonly steps: number; readonly of: number }
}

/** Where the training of candidates is, as plain JSON. */
interface Position {
  /** What is trained, the found network first. */
  readonly candidates: readonly NamedArchitecture[]
  readonly trained: readonly Trained[]
  /** Sums over the running epoch. */
  readonly sums: EpochSums
}

/** Candidates trained one after the other, or side by side by others. Without `training` none is in hand here. */
export interface CandidateTraining {
  readonly position: Position
  readonly training?: Training
  /** The networks trained so far, with weights. */
  readonly networks: readonly Network[]
}

/** A candidate that was trained to its end, with what is told of its epochs. */
export interface TrainedCandidate {
  readonly trained: Trained
  readonly weights: Weights
  readonly entries: NonNullable<StepReport['entries']>
}

/** Others that train baselines, side by side. */
export interface BaselineTrainers {
  /** Networks that they are handed at a time. */
  readonly atATime: number
  /** In the order of the candidates. */
  train(candidates: readonly NamedArchitecture[]): Promise<readonly TrainedCandidate[]>
}

/** What the candidates are trained with. */
export interface CandidateContext {
  readonly space: Space
  readonly plan: TrainingPlan
  readonly data: SearchData
  readonly seed: number
  /** Who trains all but the found network; without them it is done here. */
  readonly others?: BaselineTrainers
}

type Parts = Omit<CandidateContext, 'data' | 'others'>

const start = ({ architecture }: NamedArchitecture, { space, plan, seed }: Parts): Training =>
  startTraining(decode(space, architecture), plan, seed)

export const startCandidates = (
  candidates: readonly NamedArchitecture[],
  parts: Parts,
): CandidateTraining => ({
  position: { candidates, trained: [], sums: NO_SUMS },
  training: start(candidates[0]!, parts),
  networks: [],
})

/**
 * One batch of the candidate in hand. After its last epoch it is evaluated, once on the test split. Reports every epoch.
 * Where others train the baselines, one step is as many of them as these are handed at a time.
 */
export async function candidateStep(
  state: CandidateTraining,
  context: CandidateContext,
): Promise<{ state: CandidateTraining; report?: StepReport }> {
  const { position } = state
  const { plan, data, seed, others } = context
  if (others && position.trained.length > 0) return handOver(state, context, others)
  const candidate = current(state)!
  const training = state.training ?? start(candidate, context)
  const parts = { plan, source: data.source('training'), seed }
  const { sums, ended } = await epochStep(candidate.name, training, position.sums, parts)
  const after = { ...state, training, position: { ...position, sums } }
  if (!ended) return { state: after }
  const report = { entries: [ended.line] }
  return { state: training.step < data.steps.training ? after : finish(after, data), report }
}

const current = ({ position: { candidates, trained } }: CandidateTraining): NamedArchitecture | undefined =>
  candidates[trained.length]

/** Whether every candidate has been trained. */
export const candidatesDone = (state: CandidateTraining): boolean => current(state) === undefined

function finish(state: CandidateTraining, data: SearchData): CandidateTraining {
  const { position, networks } = state
  const { judged, network } = judge(state, data)
  disposeTraining(state.training!)
  return {
    position: { ...position, trained: [...position.trained, judged] },
    networks: [...networks, network],
  }
}

async function handOver(
  { position, networks }: CandidateTraining,
  { space }: Pick<CandidateContext, 'space'>,
  { atATime, train }: BaselineTrainers,
): Promise<{ state: CandidateTraining; report: StepReport }> {
  const { candidates, trained } = position
  const done = await train(candidates.slice(trained.length, trained.length + atATime))
  return {
    state: {
      position: { ...position, trained: [...trained, ...done.map(each => each.trained)] },
      networks: [...networks, ...done.map(each => withWeights(space, each.trained, each.weights))],
    },
    report: { entries: done.flatMap(({ entries }) => entries) },
  }
}

const withWeights = (space: Space, { architecture }: NamedArchitecture, weights: Weights): Network =>
  Object.freeze({ ...decode(space, architecture), weights })

/** The candidate in hand as it stands. */
function judge(state: CandidateTraining, data: SearchData) {
  const { model } = state.training!
  const validation = evaluate(model, data.heldOut()).accuracy
  const test = evaluate(model, data.test()).accuracy
  return { judged: { ...current(state)!, validation, test }, network: networkOf(model) }
}

/** The candidates that are trained; before the found network is, that one as far as it is. */
export function candidatesSoFar(state: CandidateTraining, { data }: Pick<CandidateContext, 'data'>) {
  const { position, networks, training } = state
  if (training === undefined || networks.length > 0) return { trained: position.trained, networks }
  const { judged, network } = judge(state, data)
  const cutShort = { steps: training.step, of: data.steps.training }
  return { trained: [{ ...judged, cutShort }], networks: [network] }
}

/** What there is of candidates whose training has not begun: the found network, with the weights it would begin with. */
export function untrainedCandidates(
  candidates: readonly NamedArchitecture[],
  context: CandidateContext,
): ReturnType<typeof candidatesSoFar> {
  const state = startCandidates(candidates, context)
  try {
    return candidatesSoFar(state, context)
  } finally {
    disposeCandidates(state)
  }
}

/** Steps taken for all candidates so far, and the name of the one in hand. */
export const candidateProgress = (state: CandidateTraining, stepsEach: number) => ({
  done: state.position.trained.length * stepsEach + (state.training?.step ?? 0),
  label: `train ${current(state)?.name ?? ''}`.trim(),
})

/** A training of candidates as plain JSON and named weights. */
export interface PackedCandidates {
  readonly json: { readonly position: Position; readonly training?: { readonly step: number } }
  readonly tensors: Weights
}

export function packCandidates({ position, training, networks }: CandidateTraining): PackedCandidates {
  const packed = training && packTraining(training)
  return {
    json: { position, ...(packed && { training: packed.json }) },
    tensors: Object.assign(
      {},
      ...networks.map(({ weights }, i) => prefixed(weights, `trained${i}:`)),
      prefixed(packed?.tensors ?? {}, 'training:'),
    ) as Weights,
  }
}

/** As `packCandidates` left it. */
export function unpackCandidates(
  { json: { position, training }, tensors }: PackedCandidates,
  { space, plan }: Parts,
): CandidateTraining {
  const networks = position.trained.map((each, i) =>
    withWeights(space, each, unprefixed(tensors, `trained${i}:`)),
  )
  if (!training) return { position, networks }
  const { architecture } = position.candidates[position.trained.length]!
  const packed = { json: training, tensors: unprefixed(tensors, 'training:') }
  return { position, networks, training: unpackTraining(decode(space, architecture), plan, packed) }
}

export function disposeCandidates({ training }: CandidateTraining): void {
  if (training) disposeTraining(training)
}
