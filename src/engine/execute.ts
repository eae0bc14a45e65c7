import type { Network } from '../network/index.js'
import { layerKernels } from './layers.js'
import { tf } from './tensorflow.js'
import type { Tensor } from './types.js'

/** What is different while training. */
export interface TrainingMode {
  /** Int32 scalars that name the draw of this step's dropout masks. */
  readonly seed: Tensor
  readonly step: Tensor
  /** Takes the new value of a running statistic (`<layer>/mean`, `<layer>/variance`). */
  readonly update: (name: string, value: Tensor) => void
}

export interface Execution {
  /** Value of a weight by its name: a variable's, or something computed from it (a gated superkernel). */
  readonly weight: (name: string) => Tensor
  /** What stands in for the output of a layer (one that a decision gates); by default the output itself. */
  readonly output?: (layer: string, output: Tensor) => Tensor
  /** Absent when evaluating. */
  readonly training?: TrainingMode
  /** Whose statistics batch norms take when evaluating: the running ones, or those of the batch in hand. */
  readonly statistics?: 'running' | 'batch'
}

/**
 * Runs a network on a batch. x: [n, height, width, channels] as the network's input; result: the last layer's
 * output, [n, classes] for a classifier. Differentiable in x and in every weight handed in while training.
 */
export function execute(network: Network, x: Tensor, execution: Execution): Tensor {
  const values = new Map<string, Tensor>([[network.input.name, x]])
  let output = x
  for (const layer of network.layers) {
    const inputs = layer.inputs.map(name => values.get(name)!)
    output = layerKernels[layer.type](layer as never, inputs, execution)
    output = execution.output?.(layer.name, output) ?? output
    values.set(layer.name, output)
  }
  return output
}

/** Logits of a batch, without training. weights: by name. */
export const predict = (network: Network, x: Tensor, weight: (name: string) => Tensor): Tensor =>
  tf.tidy(() => execute(network, x, { weight }))
