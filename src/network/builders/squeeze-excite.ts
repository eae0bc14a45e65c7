import type { Graph } from '../graph.js'
import type { ActivationFunction } from '../network.js'

export interface SqueezeExciteOptions {
  /** Prefix of the layers: `<name>_pool`, `<name>_reduce`, `<name>_reduce_act`, `<name>_expand`, `<name>_gate`, `<name>_scale`. */
  readonly name: string
  /** Channels between the two convolutions. */
  readonly reduced: number
  readonly activation?: ActivationFunction
}

/**
 * Squeeze-and-excitation (Hu et al. 2018): every channel times a factor between 0 and 1 that is made of the means of
 * all channels: global average pool, 1×1 to `reduced`, activation, 1×1 back, sigmoid, product. Both convolutions have
 * biases. Returns the name of the last layer.
 */
export function squeezeExcite(
  graph: Graph,
  input: string,
  { name, reduced, activation = 'relu' }: SqueezeExciteOptions,
): string {
  const filters = graph.shape(input).at(-1)!
  const conv = (from: string, part: string, filters: number) =>
    graph.conv(from, { name: `${name}_${part}`, filters, kernel: 1, bias: true })
  const pooled = graph.globalAveragePool(input, { name: `${name}_pool`, keepSpatial: true })
  const squeezed = graph.activation(conv(pooled, 'reduce', reduced), {
    name: `${name}_reduce_act`,
    function: activation,
  })
  const gate = graph.activation(conv(squeezed, 'expand', filters), {
    name: `${name}_gate`,
    function: 'sigmoid',
  })
  return graph.multiply([input, gate], { name: `${name}_scale` })
}
