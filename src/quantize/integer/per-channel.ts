import type { Layer, LayerOf, Weights } from '../../network/index.js'

/** y = multiplier·x + addend of every channel. */
export interface PerChannel {
  readonly multipliers: Float64Array
  readonly addends: Float64Array
}

export const isPerChannel = (layer: Layer): layer is LayerOf<'batchNorm'> | LayerOf<'scale'> =>
  layer.type === 'batchNorm' || layer.type === 'scale'

/** A batch norm, γ / √(σ² + ε) and β − μ·γ / √(σ² + ε), or a scale: [channels]. */
export function perChannel(layer: LayerOf<'batchNorm'> | LayerOf<'scale'>, weights: Weights): PerChannel {
  const of = (part: string) => weights[`${layer.name}/${part}`]!.data
  const gamma = Float64Array.from(of('gamma'))
  if (layer.type === 'scale')
    return {
      multipliers: gamma,
      addends: layer.shift ? Float64Array.from(of('beta')) : new Float64Array(gamma.length),
    }
  const [mean, variance] = [of('mean'), of('variance')]
  const multipliers = gamma.map((gamma, c) => gamma / Math.sqrt(variance[c]! + layer.epsilon))
  return {
    multipliers,
    addends: Float64Array.from(of('beta'), (beta, c) => beta - mean[c]! * multipliers[c]!),
  }
}

/** `second` after `first`. */
export const after = (first: PerChannel, second: PerChannel): PerChannel => ({
  multipliers: first.multipliers.map((multiplier, c) => multiplier * second.multipliers[c]!),
  addends: first.addends.map((addend, c) => addend * second.multipliers[c]! + second.addends[c]!),
})

/** x: […, channels]; in place. */
export function applyPerChannel(x: Float64Array, { multipliers, addends }: PerChannel): Float64Array {
  const channels = multipliers.length
  for (let at = 0; at < x.length; at += channels)
    for (let c = 0; c < channels; c++) x[at + c] = x[at + c]! * multipliers[c]! + addends[c]!
  return x
}
