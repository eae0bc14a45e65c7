import type { Dataset } from '../data/index.js'
import {
  disposeTraining,
  evaluate,
  networkOf,
  packTraining,
  startTraining,
  type Training,
  trainingStep,
  unpackTraining,
} from '../engine/index.js'
import type { Network, Weights } from '../network/index.js'
import type { Job, Snapshot } from '../runs/index.js'
import type { NamedArchitecture } from './baselines.js'
import { decideWithin } from './decide.js'
import { decode } from './decode.js'
import { searchLine, trainingLine } from './progress-lines.js'
import type { SearchConfig } from './search-config.js'
import { searchData } from './search-data.js'
import {
  disposeSearch,
  marginsOf,
  packSearch,
  type SearchEpoch,
  type SearchPhase,
  type SearchPosition,
  searchPhaseStep,
  startSearch,
  unpackSearch,
} from './search-phase.js'
import { type Architecture, largest } from './space-architectures.js'

/** A network that the job trains from scratch: the found one, or a baseline. */
export interface Trained extends NamedArchitecture {
  /** Accuracy on the held-out images. */
  readonly validation: number
  /** Accuracy on the test split, which is used for this alone. */
  readonly test: number
}

/** Where a search job is, as plain JSON. */
interface Position {
  readonly epochs: readonly SearchEpoch[]
  /** Set when the search has decided: what is trained, the found network first. */
  readonly candidates?: readonly NamedArchitecture[]
  /** The architecture that the decisions alone stood for, before it was moved within the bounds. */
  readonly decided?: Architecture
  readonly trained: readonly Trained[]
  /** Sums over the running epoch of training. */
  readonly sums: { readonly loss: number; readonly right: number; readonly count: number }
}

/** A search in one of two phases: the supernet, then the candidates one after the other. */
export interface SearchState {
  readonly position: Position
  readonly search?: SearchPhase
  readonly training?: Training
  /** The networks trained so far, with weights. */
  readonly networks: readonly Network[]
}

export interface SearchResult {
  readonly epochs: readonly SearchEpoch[]
  readonly decided: Architecture
  readonly trained: readonly Trained[]
  readonly networks: readonly Network[]
}

const NO_SUMS = { loss: 0, right: 0, count: 0 }

/**
 * Single-Path NAS as a job: the supernet is trained and decides, the decisions are moved within the bounds at exact
 * prices, and the found network and the baselines are trained from scratch and evaluated once on the test split.
 * Throws DataError at once when the images do not fill a batch.
 */
export function searchJob(
  config: SearchConfig,
  dataset: Dataset,
  seed: number,
): Job<SearchState, SearchResult> {
  const { space, prices, search: plan, training: trainingPlan } = config
  const data = searchData(config, dataset, seed)
  const { search: searchSteps, training: trainingSteps } = data.steps
  const parts = { space, plan, prices, seed }

  async function stepSearch(state: SearchState) {
    const { position } = state
    const { phase, epoch } = await searchPhaseStep(state.search!, {
      ...parts,
      source: data.source('search'),
      heldOut: data.heldOut,
    })
    const epochs = epoch ? [...position.epochs, epoch] : position.epochs
    const next = { ...state, search: phase, position: { ...position, epochs } }
    const entries = epoch
      ? [
          {
            entry: journalled(epoch),
            line: searchLine(epoch, plan, prices, data.source('search').waiting().share),
          },
        ]
      : []
    if (phase.position.step < searchSteps) return { state: next, report: { entries } }
    const { state: decided, line } = decideCandidates(next)
    return {
      state: decided,
      report: {
        entries: [
          ...entries,
          { entry: { decided: [...decided.position.candidates![0]!.architecture] }, line },
        ],
      },
    }
  }

  function decideCandidates(state: SearchState) {
    const { supernet } = state.search!
    const margins = marginsOf(supernet, plan)
    const found = decideWithin(space, margins, prices)
    const candidates = [
      { name: 'found', architecture: found },
      ...config.baselines.map(baseline =>
        baseline === 'largest' ? { name: baseline, architecture: largest(space) } : baseline,
      ),
    ]
    disposeSearch(state.search!)
    const position = { ...state.position, candidates, decided: state.position.epochs.at(-1)!.architecture }
    const { search: _, ...rest } = state
    return {
      state: { ...rest, position, training: startCandidate(candidates[0]!) },
      line: `decided: ${found.join(' ')}`,
    }
  }

  const startCandidate = ({ architecture }: NamedArchitecture): Training =>
    startTraining(decode(space, architecture), trainingPlan, seed)

  async function stepTraining(state: SearchState) {
    const { position } = state
    const training = state.training!
    const batches = data.source('training')
    const { loss, right, count } = await trainingStep(training, batches, trainingPlan, seed)
    const sums = {
      loss: position.sums.loss + loss * count,
      right: position.sums.right + right,
      count: position.sums.count + count,
    }
    if (training.step % batches.stepsPerEpoch !== 0)
      return { state: { ...state, position: { ...position, sums } } }
    const candidate = position.candidates![position.trained.length]!
    const epoch = training.step / batches.stepsPerEpoch
    const summary = {
      network: candidate.name,
      epoch,
      loss: sums.loss / sums.count,
      accuracy: sums.right / sums.count,
    }
    const report = {
      entries: [{ entry: summary, line: trainingLine(summary, trainingPlan, batches.waiting().share) }],
    }
    const after = { ...state, position: { ...position, sums: NO_SUMS } }
    if (training.step < trainingSteps) return { state: after, report }
    return { state: finishCandidate(after), report }
  }

  function finishCandidate(state: SearchState): SearchState {
    const { position, networks } = state
    const { model } = state.training!
    const candidate = position.candidates![position.trained.length]!
    const validation = evaluate(model, data.heldOut()).accuracy
    const test = evaluate(model, data.test()).accuracy
    const trained = [...position.trained, { ...candidate, validation, test }]
    const network = networkOf(model)
    disposeTraining(state.training!)
    const { training: _, ...rest } = state
    const following = position.candidates![trained.length]
    return {
      ...rest,
      position: { ...position, trained },
      networks: [...networks, network],
      ...(following && { training: startCandidate(following) }),
    }
  }

  return {
    init: async () => ({
      position: { epochs: [], trained: [], sums: NO_SUMS },
      search: startSearch(parts),
      networks: [],
    }),
    step: state => (state.search ? stepSearch(state) : stepTraining(state)),
    done: ({ search, training }) => search === undefined && training === undefined,
    async result({ position, networks }) {
      await data.close()
      const { epochs, decided = [], trained } = position
      return { epochs, decided, trained, networks }
    },
    pack,
    async unpack({ json, tensors }) {
      const { position, search, training } = json as PackedJson
      const trainedNetworks = position.trained.map(({ architecture }, i) =>
        Object.freeze({ ...decode(space, architecture), weights: unprefixed(tensors, `trained${i}:`) }),
      )
      const current = position.candidates?.[position.trained.length]
      return {
        position,
        networks: trainedNetworks,
        ...(search && {
          search: unpackSearch(parts, { json: search, tensors: unprefixed(tensors, 'search:') }),
        }),
        ...(training && {
          training: unpackTraining(decode(space, current!.architecture), trainingPlan, {
            json: training,
            tensors: unprefixed(tensors, 'training:'),
          }),
        }),
      }
    },
    progress({ position, search, training }) {
      const total = searchSteps + trainingSteps * (1 + config.baselines.length)
      const trained = position.trained.length * trainingSteps + (training?.step ?? 0)
      const candidate = position.candidates?.[position.trained.length]
      return {
        done: search ? search.position.step : searchSteps + trained,
        total,
        label: search ? 'search' : `train ${candidate?.name ?? ''}`.trim(),
        images: search ? plan.batchSize : trainingPlan.batchSize,
      }
    },
    dispose({ search, training }) {
      if (search) disposeSearch(search)
      if (training) disposeTraining(training)
      void data.close()
    },
  }
}

interface PackedJson {
  readonly position: Position
  readonly search?: SearchPosition
  readonly training?: ReturnType<typeof packTraining>['json']
}

function pack({ position, search, training, networks }: SearchState): Snapshot {
  const searching = search && packSearch(search)
  const trainingNow = training && packTraining(training)
  const json: PackedJson = {
    position,
    ...(searching && { search: searching.json }),
    ...(trainingNow && { training: trainingNow.json }),
  }
  const tensors = Object.assign(
    {},
    ...networks.map(({ weights }, i) => prefixed(weights, `trained${i}:`)),
    prefixed(searching?.tensors ?? {}, 'search:'),
    prefixed(trainingNow?.tensors ?? {}, 'training:'),
  ) as Weights
  return { json, tensors }
}

const prefixed = (weights: Weights, prefix: string): Weights =>
  Object.fromEntries(Object.entries(weights).map(([name, weight]) => [prefix + name, weight]))

const unprefixed = (tensors: Weights, prefix: string): Weights =>
  Object.fromEntries(
    Object.entries(tensors)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, weight]) => [name.slice(prefix.length), weight]),
  )

const journalled = ({ margins: _, terms, architecture, ...rest }: SearchEpoch) => ({
  ...rest,
  architecture: [...architecture],
  lambda: terms.map(({ lambda }) => lambda),
  price: terms.map(({ price }) => price),
  target: terms.map(({ target }) => target),
})
