import type { BatchSource, Dataset } from '../data/index.js'
import { createNetwork, type Network, type Weights } from '../network/index.js'
import { random } from '../random.js'
import { type TuningContext, type TuningData, tuningData } from '../tuning/index.js'
import type { PoolConfig } from './pool-config.js'
import { poolConvolutions } from './pool-convolution.js'
import { somePoolable } from './poolable.js'
import type { Pricing } from './pricing.js'
import { type PoolingJudge, poolingJudge } from './sensitivity.js'

export interface PoolOptions {
  /** With weights. */
  readonly network: Network
  readonly config: PoolConfig
  readonly pricing: Pricing
  readonly dataset: Dataset
  readonly seed: number
}

/** What stays the same through a pooling, and what can be asked of it. */
export interface PoolContext {
  /** The convolutions that can be pooled. */
  readonly layers: readonly string[]
  readonly data: TuningData
  /** Judges poolings of the network that came in; made when it is first asked for, until `endJudging`. */
  judge(): PoolingJudge
  endJudging(): void
  /** The network as a round pools it, with the weights that the round before left. */
  networkOf(
    groups: readonly (readonly string[])[],
    round: number,
    before: readonly Pick<Network, 'weights'>[],
  ): Network
  /** Every round draws its batches from further epochs, and its dropout by a seed of its own. */
  tuningOf(round: number): TuningContext
}

/** Throws NetworkError where no convolution can be pooled, DataError when images do not fill a batch. */
export function poolContext({ network, config, dataset, seed }: PoolOptions): PoolContext {
  const { heldOut, share, images: judged, augment, training: plan } = config
  const { batchSize, epochs } = plan
  const { layers } = somePoolable(network)
  const parts = { dataset, seed, heldOut, share, judged, augment, batchSize }
  const data = tuningData({ ...parts, trains: epochs > 0 })
  let judge: PoolingJudge | undefined
  return {
    layers,
    data,
    judge() {
      judge ??= poolingJudge(network, data.judged)
      return judge
    },
    endJudging() {
      judge?.dispose()
      judge = undefined
    },
    networkOf(groups, round, before) {
      const pooled = poolConvolutions(network, groups.slice(0, round + 1).flat())
      return withWeights(pooled, (before[round - 1] ?? network).weights)
    },
    tuningOf: round => ({
      plan,
      heldOut: data.heldOut,
      seed: random(seed, 'round', round).integer(2 ** 31),
      source: () => laterEpochs(data.source(), round * epochs),
    }),
  }
}

export const withWeights = ({ name, input, layers }: Network, weights: Weights): Network =>
  createNetwork({ name, input, layers, weights })

const laterEpochs = (source: BatchSource, epochs: number): BatchSource => ({
  ...source,
  batch: (epoch, step) => source.batch(epoch + epochs, step),
})
