import type { Dataset } from '../data/index.js'
import {
  createModel,
  createOptimizer,
  disposeModel,
  disposeOptimizer,
  learningRateAt,
  optimizerVariables,
  readVariables,
  refuseDivergence,
  restoreOptimizer,
} from '../engine/index.js'
import type { Weights } from '../network/index.js'
import type { Job } from '../runs/index.js'
import { decode, largest, type Space } from '../search/index.js'
import { tuningData } from '../tuning/index.js'
import type { Scheme } from './scheme.js'
import type { SupernetSource, TunePlan } from './supernet-source.js'
import { type Tuner, takeTuneStep } from './tune-step.js'

export interface TuneOptions {
  readonly space: Space
  readonly scheme: Scheme
  /** Of the supernet. */
  readonly weights: Weights
  readonly source: SupernetSource & { readonly tune: TunePlan }
  readonly dataset: Dataset
}

/** Shared weights after some steps; once all are taken the weights alone. */
export interface TuneState {
  readonly step: number
  /** Cross-entropy, summed over the steps since the last line. */
  readonly sum: number
  readonly tuner?: Tuner
  readonly weights?: Weights
}

/** Steps from line to line. */
const TOLD_EVERY = 50

/**
 * Trains a supernet's shared weights on with the roundings of one scheme, on the images that its own training was
 * allowed: a step of the job is `takeTuneStep`. Equal options give equal weights. Throws DataError where the images do not fill a batch.
 */
export function tuneJob({ space, scheme, weights, source, dataset }: TuneOptions): Job<TuneState, Weights> {
  const { tune: plan, heldOut, seed } = source
  const { steps, batchSize, augment } = plan
  const data = tuningData({
    ...{ dataset, seed, heldOut, share: 1, judged: 0, augment, batchSize, trains: true },
  })
  const tunerOf = (given: Weights): Tuner => {
    const model = createModel(Object.freeze({ ...decode(space, largest(space)), weights: given }))
    const rule = { kind: 'momentum', momentum: 0.9, nesterov: true } as const
    return { space, scheme, model, optimizer: createOptimizer(model.trainable, rule) }
  }
  const dispose = ({ tuner }: TuneState): void => {
    if (tuner) {
      disposeModel(tuner.model)
      disposeOptimizer(tuner.optimizer)
    }
    void data.close()
  }
  return {
    init: async () => ({ step: 0, sum: 0, tuner: tunerOf(weights) }),
    async step(state) {
      const { step, tuner } = state
      const { stepsPerEpoch } = data
      const batch = await data.source().batch(Math.floor(step / stepsPerEpoch), step % stepsPerEpoch)
      const learningRate = learningRateAt(step, steps, { ...plan, epochs: 1, warmupEpochs: 0 })
      const loss = takeTuneStep(tuner!, batch, { learningRate, seed, step }, plan)
      refuseDivergence(loss, step)
      const taken = step + 1
      const ends = taken === steps
      const sum = state.sum + loss
      const next: TuneState = ends
        ? { step: taken, sum: 0, weights: readVariables(tuner!.model.variables.values()) }
        : { step: taken, sum, tuner: tuner! }
      if (ends) dispose(state)
      if (!ends && taken % TOLD_EVERY !== 0) return { state: next }
      const crossEntropy = sum / (taken % TOLD_EVERY || TOLD_EVERY)
      const line = `tune for ${scheme} ${taken}/${steps}, cross-entropy ${crossEntropy.toFixed(3)}`
      const entry = { tuned: scheme, steps: taken, crossEntropy }
      return { state: { ...next, sum: 0 }, report: { entries: [{ entry, line }] } }
    },
    done: ({ weights }) => weights !== undefined,
    result: async state => state.weights ?? readVariables(state.tuner!.model.variables.values()),
    pack({ step, sum, tuner, weights }) {
      const variables = tuner && [...tuner.model.variables.values(), ...optimizerVariables(tuner.optimizer)]
      return { json: { step, sum }, tensors: weights ?? readVariables(variables!) }
    },
    async unpack({ json, tensors }) {
      const position = json as Pick<TuneState, 'step' | 'sum'>
      if (position.step === steps) return { ...position, weights: tensors }
      const tuner = tunerOf(tensors)
      restoreOptimizer(tuner.optimizer, tensors)
      return { ...position, tuner }
    },
    progress: ({ step }) => ({ done: step, total: steps, label: `tune for ${scheme}`, images: batchSize }),
    dispose,
  }
}
