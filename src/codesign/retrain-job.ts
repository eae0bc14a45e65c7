import type { Dataset } from '../data/index.js'
import { initialize, type Network, type Weights } from '../network/index.js'
import {
  CALIBRATION,
  type QuantizeConfig,
  type QuantizeState,
  quantizeJob,
  schemes,
  TERMS_PLAN,
  trainingPlanOf,
} from '../quantize/index.js'
import type { Job } from '../runs/index.js'
import { TRAINING_PLAN } from '../search/index.js'
import {
  accuracyOf,
  disposeTuning,
  type PackedTuning,
  packTuning,
  startTuning,
  type Tuned,
  type Tuning,
  tunedSoFar,
  tuningData,
  tuningStep,
  unpackTuning,
} from '../tuning/index.js'
import type { Scheme } from './scheme.js'
import type { RetrainPlan, SupernetSource } from './supernet-source.js'

/** A member of the front, trained by itself. */
export interface Retrained {
  /** As its PE type computes it. */
  readonly network: Network
  /** Shares of images classified right; the test images are seen for this alone. */
  readonly heldOut: number
  readonly test: number
}

export interface RetrainOptions {
  readonly name: string
  /** With weights to train on from, or without. */
  readonly network: Network
  readonly scheme: Scheme
  readonly plan: RetrainPlan
  readonly source: Pick<SupernetSource, 'heldOut' | 'seed' | 'percentile'>
  readonly dataset: Dataset
}

/**
 * Trains a network for a scheme, with its roundings in place, on the images that the supernet's training was allowed; then
 * judges it once on the test split. Throws DataError where the images do not fill a batch, and what `quantizeJob` throws.
 */
export const retrainJob = (options: RetrainOptions): Job<unknown, Retrained> =>
  options.scheme === 'float32' ? floatJob(options) : roundedJob({ ...options, scheme: options.scheme })

const isTrained = ({ weights }: Network): boolean => Object.keys(weights).length > 0

const AUGMENT = { crop: 4, flip: true } as const

type Rounded = Exclude<Scheme, 'float32'>

function roundedJob({
  network,
  scheme: name,
  plan,
  source,
  dataset,
}: RetrainOptions & { readonly scheme: Rounded }): Job<unknown, Retrained> {
  const scheme = schemes[name]
  const { heldOut, seed, percentile } = source
  const config: QuantizeConfig = {
    ...{ scheme: name, firstLast: scheme.firstLast, terms: TERMS_PLAN, heldOut, share: 1, augment: AUGMENT },
    calibration: { ...CALIBRATION, percentile },
    training: { ...trainingPlanOf(scheme, { trained: isTrained(network) }), ...plan.training },
  }
  const job = quantizeJob({ network, config, dataset, seed })
  const own: Job<QuantizeState, Retrained> = {
    ...job,
    async result(state) {
      const { network, accuracy } = await job.result(state)
      return { network, ...accuracy }
    },
  }
  return own
}

interface FloatState {
  readonly tuning?: Tuning
  readonly trained?: Retrained
}

/** As those of other schemes are trained, without roundings. */
function floatJob({
  name,
  network: given,
  plan,
  source,
  dataset,
}: RetrainOptions): Job<FloatState, Retrained> {
  const { heldOut, seed } = source
  const usual = isTrained(given) ? trainingPlanOf(schemes.int16, { trained: true }) : TRAINING_PLAN
  const training = { ...usual, ...plan.training }
  const { batchSize } = training
  const data = tuningData({
    ...{ dataset, seed, heldOut, share: 1, judged: 0, augment: AUGMENT, batchSize, trains: true },
  })
  const network = isTrained(given) ? given : initialize(given, seed)
  const context = { plan: training, source: () => data.source(), heldOut: () => data.heldOut(), seed }
  const judged = ({ network, heldOut }: Tuned): Retrained => ({
    ...{ network, heldOut },
    test: accuracyOf(network, data.test()),
  })
  return {
    init: async () => ({ tuning: startTuning(network, name, context).tuning! }),
    async step(state) {
      const { tuning, tuned, lines } = await tuningStep(state.tuning!, context)
      if (tuned === undefined) return { state: { tuning: tuning! }, report: { entries: lines } }
      return { state: { trained: judged(tuned) }, report: { entries: lines } }
    },
    done: ({ trained }) => trained !== undefined,
    async result({ tuning, trained = judged(tunedSoFar(tuning!, context)) }) {
      await data.close()
      return trained
    },
    pack({ tuning, trained }) {
      if (tuning) {
        const { json, tensors } = packTuning(tuning)
        return { json: { tuning: json }, tensors }
      }
      const { network, ...shares } = trained!
      return { json: { trained: shares }, tensors: network.weights }
    },
    async unpack({ json, tensors }) {
      const { tuning, trained } = json as PackedFloat
      if (tuning) return { tuning: unpackTuning(network, training, { json: tuning, tensors }) }
      return { trained: { ...trained!, network: withWeights(network, tensors) } }
    },
    progress: ({ tuning }) => ({
      done: tuning?.training.step ?? training.epochs * data.stepsPerEpoch,
      total: training.epochs * data.stepsPerEpoch,
      label: `train ${name}`,
      images: batchSize,
    }),
    dispose({ tuning }) {
      if (tuning) disposeTuning(tuning)
      void data.close()
    },
  }
}

interface PackedFloat {
  readonly tuning?: PackedTuning['json']
  readonly trained?: Omit<Retrained, 'network'>
}

const withWeights = (network: Network, weights: Weights): Network => Object.freeze({ ...network, weights })
