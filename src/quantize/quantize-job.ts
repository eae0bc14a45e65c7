import { type Constraint, NO_MULTIPLIER } from '../cost/index.js'
import { NothingYetError } from '../errors.js'
import type { Network } from '../network/index.js'
import { type Job, unprefixed } from '../runs/index.js'
import { type Accuracy, accuracyOf, incomingLines, type Line } from '../tuning/index.js'
import { type ActivationStatistics, activationStatistics } from './activation-statistics.js'
import { decideTerms } from './decide-terms.js'
import { type QuantizeOptions, quantizeContext } from './quantize-context.js'
import { type FilterTerms, kernelOf } from './quantize-kernels.js'
import { calibratedLines, constraintLine, epochLine, unchangedLine } from './quantize-lines.js'
import { calibratePhase, createPhase, disposePhase, type PhaseParts, phaseStep } from './quantize-phase.js'
import {
  NO_SUMS,
  type PackedQuantization,
  packQuantization,
  type QuantizeEpoch,
  type QuantizeState,
  type TrainingPosition,
} from './quantize-state.js'
import { quantizedNetwork, termMargins } from './quantized-model.js'
import { priceOfTerms } from './terms-price.js'

export interface QuantizeResult {
  /** Weights on the scheme's grid, feature maps rounded by layers of its own. */
  readonly network: Network
  /** Layers that are quantized, in order. */
  readonly layers: readonly string[]
  readonly accuracy: Accuracy
  /** Of a network that came with weights: its own accuracy, and calibrated alone on the held-out images. */
  readonly incoming?: Accuracy
  readonly before?: number
  /** Bits of a quantized weight, on average, without scales. */
  readonly bitsPerWeight: number
  /** Of schemes that are sums of powers: how many each filter has, by layer, and their average over the weights. */
  readonly terms?: FilterTerms
  readonly averageTerms?: number
  /** What was asked, in units, and what it came to. */
  readonly constraint?: Constraint
  readonly price?: number
  readonly statistics: {
    readonly before: readonly ActivationStatistics[]
    readonly after: readonly ActivationStatistics[]
  }
  readonly epochs: readonly QuantizeEpoch[]
  /** Whether the network was on the scheme's grid as it came. */
  readonly unchanged: boolean
}

interface Step {
  readonly state: QuantizeState
  readonly lines?: readonly Line[]
}

/**
 * Quantization as a job: looks at the network that came in, puts the scheme's roundings into it and calibrates them, trains
 * it with them, and evaluates what it comes to once on the test split. Batch norms stay layers of their own. Cut short, the
 * network is as far as it has been trained, with terms decided within the bound.
 * Throws NetworkError for a layer whose weights are all 0 and where nothing can be quantized; DataError where the images do
 * not fill a batch; while it runs, what `termsPrice`, `decideTerms` and `calibrate` throw.
 */
export function quantizeJob(options: QuantizeOptions): Job<QuantizeState, QuantizeResult> {
  const { network: given, config, dataset, seed } = options
  const { training: plan } = config
  const { scheme, prepared, trained, data, ...context } = quantizeContext(options)
  const { layers } = prepared
  const total = plan.epochs * data.stepsPerEpoch

  const partsOf = ({ position }: QuantizeState): PhaseParts => ({
    ...{ prepared, config, seed },
    ...{ price: position.price, bound: position.constraint?.bound },
  })

  /** What came in: how good it is, whether it is quantized, and what its terms may cost. */
  async function survey(state: QuantizeState): Promise<Step> {
    const heldOut = trained ? accuracyOf(given, data.heldOut()) : undefined
    const asked = scheme.decides ? await context.asked() : undefined
    const unchanged = context.isOnGrid(asked)
    const lines = [
      ...(heldOut === undefined
        ? []
        : incomingLines(given.name, [], { heldOut, classes: dataset.classes.length })),
      ...(asked?.constraint ? [constraintLine(asked.constraint, asked.all)] : []),
      ...(unchanged ? [unchangedLine(given.name, scheme.name)] : []),
    ]
    const found = {
      surveyed: true,
      ...(heldOut !== undefined && { heldOut }),
      ...(asked && { price: asked.price }),
      ...(asked?.constraint && { constraint: asked.constraint }),
      ...(unchanged && { unchanged }),
    }
    return { state: { ...state, position: { ...state.position, ...found } }, lines }
  }

  /** Calibrates; with nothing to train, decides terms too. */
  async function begin(state: QuantizeState): Promise<Step> {
    const parts = partsOf(state)
    const phase = createPhase(parts)
    try {
      const { price, bound } = parts
      // Also says that a bound cannot be reached before anything is trained.
      const decided = scheme.decides ? decideTerms(termMargins(phase.quantized), price, bound) : undefined
      const terms = plan.epochs === 0 ? decided : undefined
      const silent = state.position.unchanged
        ? []
        : await calibratePhase(phase, data.source(), parts, {
            ...{ epoch: 0, terms },
            statistics: trained ? 'running' : 'batch',
          })
      const before = trained
        ? accuracyOf(quantizedNetwork(phase.quantized, terms), data.heldOut())
        : undefined
      const statisticsBefore = activationStatistics(phase.quantized, data.judged(), {
        terms,
        statistics: trained ? 'running' : 'batch',
      })
      const training: TrainingPosition = {
        ...{ step: 0, multiplier: NO_MULTIPLIER, sums: NO_SUMS },
        ...(terms && { terms }),
      }
      const position = {
        ...{ ...state.position, statisticsBefore, training },
        ...(before !== undefined && { before }),
      }
      return {
        state: { ...state, phase, position },
        lines: calibratedLines(scheme.name, before, silent),
      }
    } catch (error) {
      disposePhase(phase)
      throw error
    }
  }

  async function train(state: QuantizeState): Promise<Step> {
    const { position } = state
    const source = data.source()
    const training = await phaseStep(state.phase!, position.training!, source, partsOf(state))
    const { sums, step, price, multiplier } = training
    if (step % source.stepsPerEpoch !== 0) return { state: { ...state, position: { ...position, training } } }
    const summary: QuantizeEpoch = {
      epoch: step / source.stepsPerEpoch,
      loss: sums.loss / sums.count,
      accuracy: sums.right / sums.count,
      ...(price !== undefined && { price, lambda: multiplier.lambda }),
      ...(config.distribution && { distribution: sums.distribution / sums.count }),
    }
    const line = epochLine(scheme.name, summary, {
      ...{ epochs: plan.epochs, waiting: source.waiting().share, price: position.price },
    })
    const epochs = [...position.epochs, summary]
    return {
      state: { ...state, position: { ...position, epochs, training: { ...training, sums: NO_SUMS } } },
      lines: [line],
    }
  }

  /** Puts latent kernels on their grid, and looks at what is rounded. */
  function harvest({ phase, position }: QuantizeState, terms: FilterTerms | undefined): QuantizeState {
    const statisticsAfter = activationStatistics(phase!.quantized, data.judged(), { terms })
    const network = position.unchanged ? given : quantizedNetwork(phase!.quantized, terms)
    return { network, position: { ...position, statisticsAfter } }
  }

  /** The same once training has ended. */
  function end(state: QuantizeState): Step {
    const harvested = harvest(state, state.position.training!.terms)
    disposePhase(state.phase!)
    return { state: harvested }
  }

  /** The end from wherever a training is. */
  async function soFar(state: QuantizeState): Promise<QuantizeState> {
    const { position, phase } = state
    if (state.network) return finish(state).state
    if (!phase) throw new NothingYetError(`${scheme.name}: the network has not been calibrated`)
    const { price, bound, ...parts } = partsOf(state)
    const {
      step,
      terms = scheme.decides ? decideTerms(termMargins(phase.quantized), price, bound) : undefined,
    } = position.training!
    const source = data.source()
    const epoch = Math.floor(step / source.stepsPerEpoch)
    if (step > 0) await calibratePhase(phase, source, parts, { epoch, terms })
    return finish(harvest(state, terms)).state
  }

  /** The test split sees both networks once. */
  function finish(state: QuantizeState): Step {
    const { position, network } = state
    const accuracy = {
      heldOut: accuracyOf(network!, data.heldOut()),
      test: accuracyOf(network!, data.test()),
    }
    const incoming = trained && { heldOut: position.heldOut!, test: accuracyOf(given, data.test()) }
    return {
      state: { ...state, position: { ...position, accuracy, ...(incoming && { incoming }), done: true } },
    }
  }

  function stepOf(state: QuantizeState): Step | Promise<Step> {
    const { position, phase, network } = state
    if (network) return finish(state)
    if (!phase) return position.surveyed ? begin(state) : survey(state)
    const trains = !position.unchanged && position.training!.step < total
    return trains ? train(state) : end(state)
  }

  return {
    init: async () => ({ position: { epochs: [], done: false } }),
    async step(state) {
      const { state: after, lines = [] } = await stepOf(state)
      return { state: after, report: { entries: lines } }
    },
    done: ({ position }) => position.done,
    async result(state) {
      const { position, network } = state.position.done ? state : await soFar(state)
      await data.close()
      const counted = scheme.terms === undefined ? undefined : context.countTerms(network!)
      const average = counted && (await context.averagePrice())
      const kernels = layers.map(layer => network!.weights[kernelOf(layer)]!)
      const sum = (of: (kernel: (typeof kernels)[number]) => number) =>
        kernels.reduce((total, kernel) => total + of(kernel), 0)
      const { accuracy, incoming, before, constraint, price, epochs } = position
      return {
        ...{ network: network!, layers, accuracy: accuracy!, epochs },
        ...(incoming && { incoming }),
        ...(before !== undefined && { before }),
        bitsPerWeight: sum(scheme.bits) / sum(({ data }) => data.length),
        ...(counted && { terms: counted, averageTerms: priceOfTerms(average!, counted) }),
        ...(constraint && { constraint, price: priceOfTerms(price!, counted!) }),
        statistics: { before: position.statisticsBefore!, after: position.statisticsAfter! },
        unchanged: position.unchanged ?? false,
      }
    },
    pack: packQuantization,
    async unpack({ json, tensors }) {
      const { position, trains, finished } = json as PackedQuantization
      const state: QuantizeState = { position }
      if (trains) return { ...state, phase: createPhase(partsOf(state), unprefixed(tensors, 'training:')) }
      if (!finished) return state
      const weights = unprefixed(tensors, 'network:')
      return { ...state, network: Object.freeze({ ...prepared.network, weights }) }
    },
    progress: ({ position }) => ({
      done: position.training?.step ?? 0,
      total: Math.max(1, total),
      label: `quantize by ${scheme.name}`,
      ...(position.training && total > 0 && { images: plan.batchSize }),
    }),
    dispose({ phase }) {
      if (phase) disposePhase(phase)
      void data.close()
    },
  }
}
