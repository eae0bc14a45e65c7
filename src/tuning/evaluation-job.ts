import { type Dataset, EVALUATION_BATCH, prepareBatch } from '../data/index.js'
import {
  compile,
  createModel,
  disposeModel,
  type Evaluation,
  evaluateWith,
  evaluationStep,
  type Model,
  type Program,
} from '../engine/index.js'
import { NothingYetError } from '../errors.js'
import type { Network } from '../network/index.js'
import type { Job } from '../runs/index.js'

interface Sums {
  /** Images seen, and those of them classified right. */
  readonly seen: number
  readonly right: number
  /** Sum of their cross-entropies. */
  readonly loss: number
}

export interface EvaluationState extends Sums {
  readonly model: Model
  readonly program: Program
}

/**
 * Accuracy and mean cross-entropy of a network with weights over a split of the data, a batch of EVALUATION_BATCH images a
 * step. Ended early it tells those of the images seen so far, `count`.
 */
export function evaluationJob(
  network: Network,
  dataset: Dataset,
  images: 'train' | 'test',
): Job<EvaluationState, Evaluation> {
  const total = dataset[images].count
  const begin = (sums: Sums): EvaluationState => {
    const model = createModel(network)
    return { ...sums, model, program: compile(evaluationStep(model)) }
  }
  return {
    init: async () => begin({ seen: 0, right: 0, loss: 0 }),
    async step(state) {
      const { seen, right, loss, model, program } = state
      const indices = Int32Array.from(
        { length: Math.min(EVALUATION_BATCH, total - seen) },
        (_, i) => seen + i,
      )
      const batch = evaluateWith(program, model, [prepareBatch({ dataset, images, indices })])
      const sums = {
        seen: seen + batch.count,
        right: right + Math.round(batch.accuracy * batch.count),
        loss: loss + batch.loss * batch.count,
      }
      return { state: { ...state, ...sums } }
    },
    done: ({ seen }) => seen >= total,
    async result({ seen, right, loss }) {
      if (seen === 0) throw new NothingYetError('no image has been seen')
      return { accuracy: right / seen, loss: loss / seen, count: seen }
    },
    pack: ({ seen, right, loss }) => ({ json: { seen, right, loss }, tensors: {} }),
    unpack: async ({ json }) => begin(json as Sums),
    progress: ({ seen }) => ({
      done: Math.ceil(seen / EVALUATION_BATCH),
      total: Math.ceil(total / EVALUATION_BATCH),
      label: 'evaluate',
      images: EVALUATION_BATCH,
    }),
    dispose({ model, program }) {
      program.dispose()
      disposeModel(model)
    },
  }
}
