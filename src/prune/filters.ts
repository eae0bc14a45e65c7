import { NetworkError } from '../errors.js'
import type { Network, Weight } from '../network/index.js'
import type { ChannelMap } from './channels.js'
import type { ChannelScores } from './reduce.js'

/** Names of the convolutions (depthwise ones too) and dense layers that have channels to prune. */
export const prunableLayers = ({ layers }: Network, { of, fixed }: ChannelMap): readonly string[] =>
  layers
    .filter(({ type }) => type === 'conv' || type === 'dense')
    .map(({ name }) => name)
    .filter(name => of.get(name)!.some(atom => !fixed.has(atom)))

/** One number for each filter of the layers that can be pruned. Throws NetworkError when one is not finite. */
export function scoreFilters(
  network: Network,
  channels: ChannelMap,
  score: (kernel: Weight) => Float64Array,
): ChannelScores {
  return new Map(
    prunableLayers(network, channels).map(layer => {
      const scores = score(kernelOf(network, layer))
      if (!scores.every(Number.isFinite))
        throw new NetworkError(`weight "${layer}/kernel" holds values that are no numbers; mend the model`)
      return [layer, scores] as const
    }),
  )
}

function kernelOf({ name, weights }: Network, layer: string): Weight {
  const kernel = weights[`${layer}/kernel`]
  if (kernel !== undefined) return kernel
  throw new NetworkError(`network "${name}" has no weights to judge channels by`)
}

/** Σ of |w|^power of each filter: of each position along the kernel's last axis. */
export function filterPower({ shape, data }: Weight, power: 1 | 2): Float64Array {
  const filters = shape.at(-1)!
  const sums = new Float64Array(filters)
  for (let row = 0; row < data.length; row += filters)
    for (let i = 0; i < filters; i++) {
      const value = data[row + i]!
      sums[i]! += power === 1 ? Math.abs(value) : value * value
    }
  return sums
}

/** ‖w‖₂² of each filter of the layers that can be pruned. */
export const squaredNorms = (network: Network, channels: ChannelMap): ChannelScores =>
  scoreFilters(network, channels, kernel => filterPower(kernel, 2))
