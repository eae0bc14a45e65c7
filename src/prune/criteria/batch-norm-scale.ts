import { NetworkError } from '../../errors.js'
import type { Network } from '../../network/index.js'
import type { ChannelScores } from '../reduce.js'

/** |γ| of every channel of every batch normalization (Network Slimming, Liu et al. 2017). */
export function batchNormScales({ name, layers, weights }: Network): ChannelScores {
  const scales = layers
    .filter(({ type }) => type === 'batchNorm')
    .map(layer => {
      const gamma = weights[`${layer.name}/gamma`]
      if (gamma === undefined) throw new NetworkError(`network "${name}" has no weights to judge channels by`)
      if (!gamma.data.every(Number.isFinite))
        throw new NetworkError(
          `weight "${layer.name}/gamma" holds values that are no numbers; mend the model`,
        )
      return [layer.name, Float64Array.from(gamma.data, Math.abs)] as const
    })
  if (scales.length > 0) return new Map(scales)
  throw new NetworkError(
    `criterion bn-scale: network "${name}" has no batch normalization (it may be folded into the convolutions); use another criterion`,
  )
}
