import type { BatchNormOptions, ConvOptions, Graph } from '../graph.js'
import type { ActivationFunction } from '../network.js'

export type BatchNormSettings = Omit<BatchNormOptions, 'name'>

export interface ConvBlockOptions extends ConvOptions {
  readonly name: string
  /** Left out: linear. */
  readonly activation?: ActivationFunction
  readonly batchNorm?: BatchNormSettings
}

/** Convolution, batch normalization and, if asked, activation: layers `name`, `<name>_bn`, `<name>_act`. */
export function convBlock(graph: Graph, input: string, options: ConvBlockOptions): string {
  const { name, activation, batchNorm = {} } = options
  const conv = graph.conv(input, options)
  const normalized = graph.batchNorm(conv, { ...batchNorm, name: `${name}_bn` })
  return activation === undefined
    ? normalized
    : graph.activation(normalized, { name: `${name}_act`, function: activation })
}
