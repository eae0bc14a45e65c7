import type { ActivationFunction, Network } from '../network/index.js'
import type { PerChannel } from './placement.js'

/** Least and largest slope of a function's secants. */
export type Slopes = readonly [number, number]

/** Extremes of the derivatives of x·sigmoid(x), at |x| = 2.3994, and of x·Φ(x), at |x| = √2; rounded outwards. */
const SILU: Slopes = [-0.0998394, 1.0998394]
const GELU: Slopes = [-0.1289042, 1.1289042]

const ACTIVATIONS: Readonly<Record<Exclude<ActivationFunction, 'leakyRelu'>, Slopes>> = {
  relu: [0, 1],
  relu6: [0, 1],
  sigmoid: [0, 1 / 4],
  hardSigmoid: [0, 1 / 6],
  hardSwish: [-1 / 2, 3 / 2],
  silu: SILU,
  gelu: GELU,
}

/**
 * Between which slopes the secants of layers of one channel lie, taken together, for every channel: those of a chain
 * of functions are products of its parts'.
 */
export function secantSlopes(
  layers: readonly PerChannel[],
  channels: number,
  { weights }: Network,
): Slopes[] {
  return Array.from({ length: channels }, (_, channel) =>
    layers.map(layer => slopesOf(layer, channel, weights)).reduce(product, [1, 1]),
  )
}

function slopesOf(layer: PerChannel, channel: number, weights: Network['weights']): Slopes {
  const weight = (part: string) => weights[`${layer.name}/${part}`]!.data[channel]!
  switch (layer.type) {
    case 'batchNorm': {
      const slope = weight('gamma') / Math.sqrt(weight('variance') + layer.epsilon)
      return [slope, slope]
    }
    case 'scale':
      return [weight('gamma'), weight('gamma')]
    case 'activation': {
      if (layer.function !== 'leakyRelu') return ACTIVATIONS[layer.function]
      const slope = layer.slope!
      return [Math.min(slope, 1), Math.max(slope, 1)]
    }
  }
}

function product(a: Slopes, b: Slopes): Slopes {
  const ends = a.flatMap(x => b.map(y => x * y))
  return [Math.min(...ends), Math.max(...ends)]
}
