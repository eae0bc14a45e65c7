import type { Dataset } from '../data/index.js'
import type { StepReport } from '../runs/index.js'
import type { NamedArchitecture } from './baselines.js'
import type { SearchConfig } from './search-config.js'
import { searchData } from './search-data.js'
import {
  candidateStep,
  candidatesDone,
  disposeCandidates,
  startCandidates,
  type TrainedCandidate,
} from './train-candidates.js'

/** Trains networks as a search trains its baselines. */
export interface BaselineTrainer {
  /** From its first weights to its last; the same bits as in the search itself. */
  train(candidate: NamedArchitecture): Promise<TrainedCandidate>
  close(): Promise<void>
}

/** What a worker trains the baselines of a search with. Throws DataError when the images do not fill a batch. */
export function baselineTrainer(config: SearchConfig, dataset: Dataset, seed: number): BaselineTrainer {
  const data = searchData(config, dataset, seed)
  const context = { space: config.space, plan: config.training, seed, data }
  return {
    async train(candidate) {
      let state = startCandidates([candidate], context)
      const entries: NonNullable<StepReport['entries']>[number][] = []
      try {
        while (!candidatesDone(state)) {
          const step = await candidateStep(state, context)
          entries.push(...(step.report?.entries ?? []))
          state = step.state
        }
      } finally {
        disposeCandidates(state)
      }
      return { trained: state.position.trained[0]!, weights: state.networks[0]!.weights, entries }
    },
    close: data.close,
  }
}
