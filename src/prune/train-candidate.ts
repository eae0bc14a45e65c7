import type { BatchSource } from '../data/index.js'
import type { Candidate } from './fitness.js'

export interface CandidateTraining {
  readonly source: BatchSource
  /** Steps of training before a candidate is judged. */
  readonly tau: number
  readonly learningRate: number
  readonly seed: number
  /** How many candidates came before: every candidate sees images of its own. */
  readonly evaluated: number
}

/** Trains a candidate from a step of its own up to another. */
export async function trainCandidate(
  candidate: Candidate,
  { source, tau, learningRate, seed, evaluated }: CandidateTraining,
  from: number,
  to: number,
): Promise<void> {
  for (let step = from; step < to; step++) {
    const at = evaluated * tau + step
    const batch = await source.batch(Math.floor(at / source.stepsPerEpoch), at % source.stepsPerEpoch)
    candidate.trainStep(batch, { learningRate, seed, step: at })
  }
}
