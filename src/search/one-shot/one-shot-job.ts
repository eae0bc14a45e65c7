import { type Dataset, EVALUATION_BATCH } from '../../data/index.js'
import { NothingYetError } from '../../errors.js'
import type { Network, Weights } from '../../network/index.js'
import { type Job, prefixed, type Snapshot, type StepReport, unprefixed } from '../../runs/index.js'
import { candidatesOf, type SearchConfig } from '../search-config.js'
import { searchData } from '../search-data.js'
import { exactPrice } from '../space/price.js'
import type { Architecture } from '../space/space-architectures.js'
import {
  type BaselineTrainers,
  type CandidateTraining,
  candidateProgress,
  candidateStep,
  candidatesDone,
  candidatesSoFar,
  disposeCandidates,
  type PackedCandidates,
  packCandidates,
  startCandidates,
  type Trained,
  unpackCandidates,
  untrainedCandidates,
} from '../train-candidates.js'
import { equalBatches } from './equal-batches.js'
import { firstCandidates, mutants, ranked, type Scored } from './one-shot-candidates.js'
import { generationLine, oneShotLine } from './one-shot-lines.js'
import {
  disposeOneShot,
  type OneShotEpoch,
  type OneShotPhase,
  type OneShotPosition,
  oneShotPhaseStep,
  packOneShot,
  sharedWeights,
  startOneShot,
  unpackOneShot,
} from './one-shot-phase.js'
import type { OneShotPlan } from './one-shot-plan.js'
import { scoreWith } from './one-shot-score.js'

/** A search that scores networks by the weights they share. */
export type OneShotConfig = SearchConfig & { readonly oneShot: OneShotPlan }

/** Where a one-shot search is, as plain JSON. */
interface Position {
  readonly epochs: readonly OneShotEpoch[]
  readonly scored: readonly Scored[]
  readonly generation: number
  /** Still to be scored of this generation. */
  readonly queue: readonly Architecture[]
}

/** A search in one of three phases: the supernet in training, then scoring, then candidates trained from scratch. */
export interface OneShotState {
  readonly position: Position
  /** In the first two. */
  readonly supernet?: OneShotPhase
  readonly candidates?: CandidateTraining
}

export interface OneShotResult {
  readonly epochs: readonly OneShotEpoch[]
  /** In the order in which they were scored. */
  readonly scored: readonly Scored[]
  readonly trained: readonly Trained[]
  readonly networks: readonly Network[]
}

export interface OneShotJobOptions {
  /** Gives the weights of a supernet that is trained already; without it one is trained. */
  readonly given?: () => Weights
  /** Is handed the weights of the trained supernet, before the first network is scored. */
  readonly keep?: (weights: Weights) => void
  /** Who trains the baselines. */
  readonly others?: BaselineTrainers
}

/**
 * One-shot search as a job: a supernet is trained by the sandwich rule, random architectures within the bounds and
 * mutants of the best are scored with the weights they share, and the best is trained from scratch, with the
 * baselines, and evaluated once on the test split. Throws DataError at once when the images do not fill a batch, and
 * InfeasibleError when no network is found within the bounds.
 */
export function oneShotJob(
  config: OneShotConfig,
  dataset: Dataset,
  seed: number,
  { given, keep, others }: OneShotJobOptions = {},
): Job<OneShotState, OneShotResult> {
  const { space, prices, oneShot, search: plan, training: trainingPlan } = config
  const data = searchData(config, dataset, seed)
  const first = firstCandidates(space, prices, oneShot.candidates, seed)
  const mutantsEach = Math.ceil(oneShot.candidates / 4)
  const supernetSteps = given ? 0 : data.steps.search
  const scores = first.length + oneShot.generations * mutantsEach
  const parts = { space, plan, oneShot, seed }
  const candidateParts = { space, plan: trainingPlan, seed, ...(others && { others }) }

  let batches: ReturnType<typeof equalBatches> | undefined
  const heldOut = () =>
    (batches ??= equalBatches(data.heldOut(), { most: oneShot.images, size: EVALUATION_BATCH }))

  async function trainSupernet(state: OneShotState) {
    const source = data.source('search')
    const { phase, epoch } = await oneShotPhaseStep(state.supernet!, { ...parts, source, heldOut: heldOut() })
    if (phase.position.step === supernetSteps) keep?.(sharedWeights(phase))
    if (!epoch) return { state: { ...state, supernet: phase } }
    const epochs = [...state.position.epochs, epoch]
    const line = oneShotLine(epoch, plan, source.waiting().share)
    return {
      state: { ...state, supernet: phase, position: { ...state.position, epochs } },
      report: { entries: [{ entry: journalledEpoch(epoch), line }] },
    }
  }

  function scoreNext({ position, supernet }: OneShotState): { state: OneShotState; report: StepReport } {
    const { generation } = position
    const [architecture, ...queue] = position.queue
    const score = scoreWith(supernet!.scoring, supernet!.supernet, architecture!, heldOut())
    const scored = [...position.scored, { architecture: architecture!, generation, ...score }]
    const price = prices.map(price => exactPrice(price, space, architecture!))
    const entry = { scored: [...architecture!], generation, ...score, price }
    if (queue.length > 0)
      return {
        state: { supernet: supernet!, position: { ...position, scored, queue } },
        report: { entries: [{ entry }] },
      }
    const best = ranked(scored)[0]!
    const report = { entries: [{ entry, line: generationLine(generation, scored, prices, space) }] }
    const next = generation + 1
    const children =
      next > oneShot.generations
        ? []
        : mutants(space, prices, scored, { count: mutantsEach, seed, generation: next })
    const after = { ...position, scored, queue: children, generation: next }
    if (children.length > 0) return { state: { supernet: supernet!, position: after }, report }
    disposeOneShot(supernet!)
    const candidates = startCandidates(candidatesOf(config, best.architecture), candidateParts)
    const found = {
      entry: { decided: [...best.architecture] },
      line: `best of ${scored.length} scored: ${best.architecture.join(' ')}`,
    }
    return {
      state: { position: after, candidates },
      report: { entries: [...report.entries, found] },
    }
  }

  async function train(state: OneShotState) {
    const { state: candidates, report } = await candidateStep(state.candidates!, { ...candidateParts, data })
    return { state: { ...state, candidates }, ...(report && { report }) }
  }

  return {
    async init() {
      const weights = given?.()
      if (weights) keep?.(weights)
      const position = { epochs: [], scored: [], generation: 0, queue: first }
      return { position, supernet: startOneShot(parts, weights) }
    },
    async step(state) {
      if (!state.supernet) return train(state)
      return state.supernet.position.step < supernetSteps ? trainSupernet(state) : scoreNext(state)
    },
    done: ({ candidates }) => candidates !== undefined && candidatesDone(candidates),
    async result({ position: { epochs, scored }, candidates }) {
      if (scored.length === 0) throw new NothingYetError('no network has been scored with the supernet')
      const networks = candidates
        ? candidatesSoFar(candidates, { data })
        : untrainedCandidates(candidatesOf(config, ranked(scored)[0]!.architecture), {
            ...candidateParts,
            data,
          })
      await data.close()
      return { epochs, scored, ...networks }
    },
    pack,
    async unpack({ json, tensors }) {
      const { position, supernet, candidates } = json as PackedJson
      const named = (prefix: string) => unprefixed(tensors, prefix)
      return {
        position,
        ...(supernet && {
          supernet: unpackOneShot(parts, { json: supernet, tensors: named('supernet:') }),
        }),
        ...(candidates && {
          candidates: unpackCandidates({ json: candidates, tensors: named('candidates:') }, candidateParts),
        }),
      }
    },
    progress({ position, supernet, candidates }) {
      const total = supernetSteps + scores + data.steps.training * (1 + config.baselines.length)
      if (candidates) {
        const { done, label } = candidateProgress(candidates, data.steps.training)
        return { done: supernetSteps + scores + done, total, label, images: trainingPlan.batchSize }
      }
      const step = supernet?.position.step ?? 0
      if (step < supernetSteps) return { done: step, total, label: 'supernet', images: plan.batchSize }
      return { done: supernetSteps + position.scored.length, total, label: 'score' }
    },
    dispose({ supernet, candidates }) {
      if (supernet) disposeOneShot(supernet)
      if (candidates) disposeCandidates(candidates)
      void data.close()
    },
  }
}

interface PackedJson {
  readonly position: Position
  readonly supernet?: OneShotPosition
  readonly candidates?: PackedCandidates['json']
}

function pack({ position, supernet, candidates }: OneShotState): Snapshot {
  const shared = supernet && packOneShot(supernet)
  const training = candidates && packCandidates(candidates)
  const json: PackedJson = {
    position,
    ...(shared && { supernet: shared.json }),
    ...(training && { candidates: training.json }),
  }
  const tensors: Weights = {
    ...prefixed(shared?.tensors ?? {}, 'supernet:'),
    ...prefixed(training?.tensors ?? {}, 'candidates:'),
  }
  return { json, tensors }
}

/** One line of the journal, flat. */
const journalledEpoch = ({ epoch, training, heldOut }: OneShotEpoch) => ({
  epoch,
  ...Object.fromEntries(
    Object.entries(training).flatMap(([kind, { crossEntropy, accuracy }]) => [
      [`${kind}CrossEntropy`, crossEntropy],
      [`${kind}Accuracy`, accuracy],
    ]),
  ),
  heldOutLargest: heldOut.largest.accuracy,
  heldOutSmallest: heldOut.smallest.accuracy,
})
