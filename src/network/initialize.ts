import { type RandomStream, random } from '../random.js'
import { createNetwork } from './create-network.js'
import type { Network, Weight } from './network.js'
import { type WeightSpec, weightSpecs } from './weight-specs.js'

/**
 * The same structure with fresh weights, a function of `seed` and each weight's name alone.
 * - Convolution: He normal over the fan-out, std = √(2 / (kh · kw · filters / groups)); depthwise √(2 / (kh · kw)).
 * - Dense: LeCun uniform, ±√(3 / in), so that logits start with the variance of one feature.
 * - Biases, beta and mean 0; gamma, variance and steps 1.
 */
export function initialize(network: Network, seed: number): Network {
  const groups = new Map(network.layers.map(layer => [layer.name, layer.type === 'conv' ? layer.groups : 1]))
  const weights = weightSpecs(network).map((spec): [string, Weight] => {
    const length = spec.shape.reduce((product, size) => product * size, 1)
    const draw = sampler(spec, groups.get(spec.layer)!, random(seed, 'initialize', spec.name))
    return [spec.name, { shape: spec.shape, data: Float32Array.from({ length }, draw) }]
  })
  return createNetwork({ ...network, weights: Object.fromEntries(weights) })
}

function sampler({ kind, shape }: WeightSpec, groups: number, stream: RandomStream): () => number {
  if (kind === 'gamma' || kind === 'variance' || kind === 'step') return () => 1
  if (kind !== 'kernel') return () => 0
  if (shape.length === 2) {
    const bound = Math.sqrt(3 / shape[0]!)
    return () => (2 * stream.uniform() - 1) * bound
  }
  const std = Math.sqrt(2 / (shape[0]! * shape[1]! * (shape[3]! / groups)))
  return () => stream.normal() * std
}
