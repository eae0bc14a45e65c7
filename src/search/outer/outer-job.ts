import type { Dataset } from '../../data/index.js'
import { NothingYetError } from '../../errors.js'
import type { Job } from '../../runs/index.js'
import { outerLine } from '../progress-lines.js'
import { candidatesOf, type SearchConfig } from '../search-config.js'
import { searchData } from '../search-data.js'
import type { SearchResult } from '../search-job.js'
import { disposeSearch, type SearchEpoch, searchPhaseStep, startSearch } from '../search-phase.js'
import { NO_RECORD, recorded, type SearchRecord } from '../search-record.js'
import { exactPrice } from '../space/price.js'
import { formulationOf } from '../supernet/formulations.js'
import {
  type BaselineTrainers,
  candidateProgress,
  candidatesSoFar,
  startCandidates,
  untrainedCandidates,
} from '../train-candidates.js'
import { disposePhases, isDone, packPhases, type TwoPhases, trainStep, unpackPhases } from '../two-phases.js'
import {
  chosenOf,
  isFeasible,
  isOver,
  nextSolver,
  type OuterPlan,
  type OuterSample,
  type Solver,
} from './outer-sampler.js'

/** A search whose solver is searched too. */
export type OuterConfig = SearchConfig & { readonly outer: OuterPlan }

/** Where an outer search is, as plain JSON. */
interface Position {
  readonly outer: readonly OuterSample[]
  /** Of the search in hand. */
  readonly record: SearchRecord
  /** Of the sample that would be taken if there were no more. */
  readonly best: SearchRecord
}

export type OuterState = TwoPhases<Position>

/** The record is that of the sample that was taken. */
export interface OuterResult extends SearchResult {
  readonly outer: readonly OuterSample[]
  /** Place of the sample that was taken. */
  readonly chosen: number
}

/**
 * The outer search of Single-Path NAS as a job: cheap searches with a given λ, decision dropout and learning rate of
 * the thresholds, all from the same weights and on the same images (`config.search` and `config.searchShare` say how
 * cheap), one after the other. Of the best one, the decisions are moved as those of a single search: where they meet
 * every bound, what still fits is opened, otherwise they are moved within the bounds. That network is trained from
 * scratch, with the baselines, by `others` where there are some. Throws DataError as `searchJob` does.
 */
export function outerJob(
  config: OuterConfig,
  dataset: Dataset,
  seed: number,
  others?: BaselineTrainers,
): Job<OuterState, OuterResult> {
  const { space, prices, search: plan, training: trainingPlan, outer: outerPlan } = config
  const data = searchData(config, dataset, seed)
  const { search: searchSteps, training: trainingSteps } = data.steps
  const candidateParts = { space, plan: trainingPlan, seed, ...(others && { others }) }
  const solverAfter = (samples: readonly OuterSample[]): Solver =>
    nextSolver(outerPlan, samples, prices, seed)
  const partsAfter = (samples: readonly OuterSample[]) => ({
    ...{ space, prices, seed },
    plan: { ...plan, ...solverAfter(samples) },
  })

  async function stepSearch(state: OuterState) {
    const { position } = state
    const { phase, ...result } = await searchPhaseStep(state.search!, {
      ...partsAfter(position.outer),
      source: data.source('search'),
      heldOut: data.heldOut,
    })
    const record = recorded(position.record, result)
    if (phase.position.step < searchSteps)
      return { state: { ...state, search: phase, position: { ...position, record } } }
    disposeSearch(phase)
    const sample = sampleOf(solverAfter(position.outer), record.epochs.at(-1)!)
    const outer = [...position.outer, sample]
    const best = chosenOf(outer, prices) === outer.length - 1 ? record : position.best
    const sampled = { outer, best, record: NO_RECORD }
    const report = {
      entry: journalled(sample, outer.length),
      line: outerLine(sample, outer.length, outerPlan, prices),
    }
    if (!isOver(outerPlan, outer, prices))
      return {
        state: { position: sampled, search: startSearch(partsAfter(outer)) },
        report: { entries: [report] },
      }
    const { place, taken, found } = foundOf(outer)
    const filled = found.join() === taken.architecture.join() ? '' : ', with what still fits opened'
    const how = isFeasible(taken, prices) ? filled : ', moved within the bounds, which no sample met'
    return {
      state: {
        position: sampled,
        candidates: startCandidates(candidatesOf(config, found), candidateParts),
      },
      report: {
        entries: [
          report,
          {
            entry: { decided: [...found] },
            line: `decided by sample ${place + 1}${how}: ${found.join(' ')}`,
          },
        ],
      },
    }
  }

  /** The sample that is taken, and its decisions within the bounds. */
  function foundOf(outer: readonly OuterSample[]) {
    const place = chosenOf(outer, prices)
    const taken = outer[place]!
    return { place, taken, found: formulationOf(plan).decideWithin(space, taken.margins, prices) }
  }

  const sampleOf = (
    solver: Solver,
    { architecture, margins, heldOutLoss, heldOutAccuracy }: SearchEpoch,
  ): OuterSample => ({
    ...{ ...solver, architecture, margins, heldOutLoss, heldOutAccuracy },
    prices: prices.map(price => exactPrice(price, space, architecture)),
  })

  const journalled = (sample: OuterSample, place: number) => {
    const { architecture, margins: _, prices: exact, ...rest } = sample
    return {
      ...{ sample: place, ...rest, price: [...exact] },
      ...{ feasible: isFeasible(sample, prices), architecture: [...architecture] },
    }
  }

  return {
    init: async () => ({
      position: { outer: [], record: NO_RECORD, best: NO_RECORD },
      search: startSearch(partsAfter([])),
    }),
    step: state => (state.search ? stepSearch(state) : trainStep(state, { ...candidateParts, data })),
    done: isDone,
    async result({ position: { outer, best }, candidates }) {
      if (outer.length === 0)
        throw new NothingYetError(`the first of ${outerPlan.samples} samples has not ended`)
      const networks = candidates
        ? candidatesSoFar(candidates, { data })
        : untrainedCandidates(candidatesOf(config, foundOf(outer).found), { ...candidateParts, data })
      await data.close()
      const chosen = chosenOf(outer, prices)
      return { ...best, outer, chosen, decided: outer[chosen]!.architecture, ...networks }
    },
    pack: packPhases,
    unpack: async snapshot =>
      unpackPhases(snapshot, ({ outer }: Position) => partsAfter(outer), candidateParts),
    progress({ position: { outer }, search, candidates }) {
      const sampled = candidates ? outer.length : outerPlan.samples
      const searching = sampled * searchSteps
      const total = searching + trainingSteps * (1 + config.baselines.length)
      if (!candidates) {
        const done = outer.length * searchSteps + (search?.position.step ?? 0)
        return { done, total, label: `sample ${outer.length + 1}`, images: plan.batchSize }
      }
      const { done, label } = candidateProgress(candidates, trainingSteps)
      return { done: searching + done, total, label, images: trainingPlan.batchSize }
    },
    dispose(state) {
      disposePhases(state)
      void data.close()
    },
  }
}
