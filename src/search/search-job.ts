import type { Dataset } from '../data/index.js'
import type { Network } from '../network/index.js'
import type { Job } from '../runs/index.js'
import { searchLine } from './progress-lines.js'
import { candidatesOf, type SearchConfig } from './search-config.js'
import { searchData } from './search-data.js'
import {
  decidedBy,
  disposeSearch,
  foundBy,
  type SearchEpoch,
  searchPhaseStep,
  startSearch,
} from './search-phase.js'
import { NO_RECORD, recorded, type SearchRecord } from './search-record.js'
import type { Architecture } from './space/space-architectures.js'
import { formulationOf } from './supernet/formulations.js'
import {
  type BaselineTrainers,
  candidateProgress,
  candidatesSoFar,
  startCandidates,
  type Trained,
  untrainedCandidates,
} from './train-candidates.js'
import { disposePhases, isDone, packPhases, type TwoPhases, trainStep, unpackPhases } from './two-phases.js'

/** Where a search job is, as plain JSON. */
interface Position extends SearchRecord {
  /** The architecture that the decisions alone stood for, before it was moved within the bounds. */
  readonly decided?: Architecture
}

export type SearchState = TwoPhases<Position>

export interface SearchResult extends SearchRecord {
  readonly decided: Architecture
  readonly trained: readonly Trained[]
  readonly networks: readonly Network[]
}

/**
 * Single-Path NAS, or a search by another formulation, as a job: the supernet is trained and decides, the decisions are moved within the bounds at exact
 * prices, and the found network and the baselines are trained from scratch and evaluated once on the test split.
 * Baselines are trained by `others` where there are some. Cut short, the decisions so far are moved within the bounds. Throws DataError at once when the images do not fill a batch.
 */
export function searchJob(
  config: SearchConfig,
  dataset: Dataset,
  seed: number,
  others?: BaselineTrainers,
): Job<SearchState, SearchResult> {
  const { space, prices, search: plan, training: trainingPlan } = config
  const data = searchData(config, dataset, seed)
  const { search: searchSteps, training: trainingSteps } = data.steps
  const parts = { space, plan, prices, seed }
  const candidateParts = { space, plan: trainingPlan, seed, ...(others && { others }) }

  const names = formulationOf(plan)
    .decisions(space)
    .map(({ block, part }) => `${block} ${part}`)

  async function stepSearch(state: SearchState) {
    const { position } = state
    const result = await searchPhaseStep(state.search!, {
      ...parts,
      source: data.source('search'),
      heldOut: data.heldOut,
    })
    const { phase, epoch, samples, changes } = result
    const next = { ...state, search: phase, position: { ...position, ...recorded(position, result) } }
    const entries = [
      ...changes.map(({ step, decision, open }) => ({ entry: { step, decision: names[decision]!, open } })),
      ...samples.map(({ step, norms, thresholds }) => ({
        entry: { step, norms: norms.map(short), thresholds: thresholds.map(short) },
      })),
      ...(epoch
        ? [
            {
              entry: journalled(epoch),
              line: searchLine(epoch, plan, prices, data.source('search').waiting().share),
            },
          ]
        : []),
    ]
    if (phase.position.step < searchSteps) return { state: next, report: { entries } }
    const { state: decided, found } = decideCandidates(next)
    const line = `decided: ${found.join(' ')}`
    return { state: decided, report: { entries: [...entries, { entry: { decided: [...found] }, line }] } }
  }

  function decideCandidates({ position, search }: SearchState): { state: SearchState; found: Architecture } {
    const found = foundBy(search!, parts)
    disposeSearch(search!)
    return {
      found,
      state: {
        position: { ...position, decided: position.epochs.at(-1)!.architecture },
        candidates: startCandidates(candidatesOf(config, found), candidateParts),
      },
    }
  }

  return {
    init: async () => ({ position: NO_RECORD, search: startSearch(parts) }),
    step: state => (state.search ? stepSearch(state) : trainStep(state, { ...candidateParts, data })),
    done: isDone,
    async result({ position, search, candidates }) {
      const { decided = search && decidedBy(search, parts), ...record } = position
      const networks = candidates
        ? candidatesSoFar(candidates, { data })
        : untrainedCandidates(candidatesOf(config, foundBy(search!, parts)), { ...candidateParts, data })
      await data.close()
      return { ...record, decided: decided!, ...networks }
    },
    pack: packPhases,
    unpack: async snapshot => unpackPhases(snapshot, () => parts, candidateParts),
    progress({ search, candidates }) {
      const total = searchSteps + trainingSteps * (1 + config.baselines.length)
      if (!candidates)
        return { done: search?.position.step ?? 0, total, label: 'search', images: plan.batchSize }
      const { done, label } = candidateProgress(candidates, trainingSteps)
      return { done: searchSteps + done, total, label, images: trainingPlan.batchSize }
    },
    dispose(state) {
      disposePhases(state)
      void data.close()
    },
  }
}

/** As many digits as a journal needs. */
const short = (value: number) => Number(value.toPrecision(5))

const journalled = ({ margins: _, terms, architecture, ...rest }: SearchEpoch) => ({
  ...rest,
  architecture: [...architecture],
  lambda: terms.map(({ lambda }) => lambda),
  price: terms.map(({ price }) => price),
  target: terms.map(({ target }) => target),
})
