import type { Dataset } from '../data/index.js'
import type { Network } from '../network/index.js'
import { channelsOf } from './channels.js'
import { createFitness } from './fitness.js'
import type { PruneConfig } from './prune-config.js'
import { dataOf } from './prune-context.js'
import { trainCandidate } from './train-candidate.js'

/** A candidate of LeGR to be judged on its own. Plain JSON. */
export interface LoneCandidate {
  readonly dead: readonly number[]
  /** How many came before, which says what images it is trained on. */
  readonly evaluated: number
}

/** Judges candidates as `legrJob` does itself. */
export interface CandidateJudge {
  loss(candidate: LoneCandidate): Promise<number>
  dispose(): Promise<void>
}

export interface CandidateJudgeOptions {
  /** With weights. */
  readonly network: Network
  readonly config: PruneConfig
  readonly dataset: Dataset
  readonly seed: number
}

/** Throws what `pruneContext` throws of network and data. */
export function candidateJudge({ network, config, dataset, seed }: CandidateJudgeOptions): CandidateJudge {
  const { precision, statistics, tau, training } = config
  const { weightDecay, learningRate } = training
  const data = dataOf(config, dataset, seed)
  const channels = channelsOf(network, config)
  const { judged: heldOut } = data
  const fitness = createFitness({ network, channels, heldOut, weightDecay, precision, statistics })
  return {
    async loss({ dead, evaluated }) {
      const candidate = fitness.candidate(dead)
      try {
        if (tau > 0) {
          const training = { source: data.source(), tau, learningRate, seed, evaluated }
          await trainCandidate(candidate, training, 0, tau)
        }
        return candidate.loss()
      } finally {
        candidate.dispose()
      }
    },
    async dispose() {
      fitness.dispose()
      await data.close()
    },
  }
}
