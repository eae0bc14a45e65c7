import type { Constraint, CostModel } from '../cost/index.js'
import type { Dataset } from '../data/index.js'
import { InputError, NetworkError } from '../errors.js'
import { initialize, type Network } from '../network/index.js'
import { type TuningData, tuningData } from '../tuning/index.js'
import { type Prepared, prepare } from './prepare.js'
import type { QuantizeConfig } from './quantize-config.js'
import { type FilterTerms, kernelOf, quantizeWeights } from './quantize-kernels.js'
import type { Scheme } from './scheme.js'
import { schemes } from './schemes/schemes.js'
import { termsOf } from './terms-of.js'
import { priceOfTerms, type TermsPrice, termsPrice } from './terms-price.js'

export interface QuantizeOptions {
  /** With weights, or without: it is then trained from scratch. */
  readonly network: Network
  readonly config: QuantizeConfig
  /** Of a processing element that computes one term at a time: what latency and energy of terms are priced by. */
  readonly model?: CostModel | undefined
  readonly dataset: Dataset
  readonly seed: number
}

/** What is asked of terms. */
export interface AskedOfTerms {
  readonly price: TermsPrice
  /** With every term. */
  readonly all: number
  /** In units; left out where nothing is bounded. */
  readonly constraint?: Constraint
}

/** What stays the same through a quantization, and what can be asked of it. */
export interface QuantizeContext {
  readonly scheme: Scheme
  readonly prepared: Prepared
  /** Whether the network came with weights. */
  readonly trained: boolean
  readonly data: TuningData
  asked(): Promise<AskedOfTerms>
  /** By the average of terms over weights. */
  averagePrice(): Promise<TermsPrice>
  /** How many terms the filters of a quantized network have. */
  countTerms(network: Network): FilterTerms
  /**
   * Whether the network that came in is what it would become: roundings in their places, kernels on the grid, and terms that
   * cost no more than they may.
   */
  isOnGrid(asked: AskedOfTerms | undefined): boolean
}

/** Images that activation statistics are taken of. */
const LOOKED_AT = 500

/** What terms are counted by where nothing is asked. */
const AVERAGE = { metric: 'terms', text: 'terms' } as const

/** Throws what `quantizeJob` says it does before it runs. */
export function quantizeContext(options: QuantizeOptions): QuantizeContext {
  const { network: given, config, model, dataset, seed } = options
  const scheme = schemes[config.scheme]
  const trained = Object.keys(given.weights).length > 0
  const start = trained ? given : initialize(given, seed)
  const prepared = prepare(start, scheme, config)
  const { layers } = prepared
  check(start, prepared, config)
  const { heldOut, share, augment, training } = config
  const data = tuningData({
    ...{ dataset, seed, heldOut, share, augment, judged: LOOKED_AT },
    ...{ batchSize: training.batchSize, trains: true },
  })

  const countTerms = ({ weights }: Network): FilterTerms =>
    Object.fromEntries(layers.map(layer => [layer, [...termsOf(weights[kernelOf(layer)]!)]]))

  return {
    ...{ scheme, prepared, trained, data, countTerms },
    async asked() {
      const { constraint } = config
      const price = await termsPrice(start, layers, constraint ?? AVERAGE, model)
      const all = priceOfTerms(price, allTerms(prepared))
      if (constraint === undefined) return { price, all }
      // Per cent is of the price with every term.
      const bound = constraint.relative ? constraint.bound * all : constraint.bound
      return { price, all, constraint: { ...constraint, relative: false, bound } }
    },
    averagePrice: () => termsPrice(start, layers, AVERAGE),
    isOnGrid(asked) {
      if (!trained || prepared.network.layers.length !== given.layers.length) return false
      const { weights } = quantizeWeights(prepared)
      const same = layers.every(layer => {
        const after = weights[kernelOf(layer)]!.data
        return given.weights[kernelOf(layer)]!.data.every((value, i) => value === after[i])
      })
      if (!same || asked?.constraint === undefined) return same
      return priceOfTerms(asked.price, countTerms(given)) <= asked.constraint.bound
    },
  }
}

/** Every filter with all terms. */
const allTerms = ({ network: { weights }, layers, scheme }: Prepared): FilterTerms =>
  Object.fromEntries(
    layers.map(layer => {
      const filters = weights[kernelOf(layer)]!.shape.at(-1)!
      return [layer, Array<number>(filters).fill(scheme.terms!)]
    }),
  )

function check({ weights }: Network, { layers, scheme }: Prepared, config: QuantizeConfig): void {
  const { constraint, distribution } = config
  if (constraint !== undefined && !scheme.decides)
    throw new InputError(
      `constraint "${constraint.text}": every weight takes as much by ${scheme.name}; only flightnn can keep it`,
    )
  if (distribution !== undefined && scheme.activationBits > 1)
    throw new InputError(`the distribution loss is for signs, and feature maps of ${scheme.name} are none`)
  // A filter without terms is nothing new to a scheme that decides.
  if (scheme.decides) return
  const empty = layers.find(layer => weights[kernelOf(layer)]!.data.every(value => value === 0))
  if (empty !== undefined)
    throw new NetworkError(
      `layer "${empty}": all its weights are 0, so nothing in it can be quantized; remove it, or is the model damaged?`,
    )
}
