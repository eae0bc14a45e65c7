import { inferShapes, type Network, weightSpecs } from '../network/index.js'

/** What Node, TensorFlow and their libraries take before anything is trained, in bytes. */
const PROGRAM = 380e6

/** A layer's output and its gradient, which both live until the step ends, and what steps need in between: measured. */
const PER_OUTPUT = 2.4

/**
 * Estimate of the memory that training a network takes, in bytes: what goes with every layer's output for the batch,
 * and for each weight its value, gradient and one optimizer slot. Within a fifth of what ResNet-20 and the supernet
 * of `cifar10-mbconv` were seen to take at batches of 32 to 128.
 */
export function estimateMemory(network: Network, batchSize: number): number {
  const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1)
  const outputs = [...inferShapes(network).values()].reduce((sum, shape) => sum + size(shape), 0)
  const weights = weightSpecs(network).reduce((sum, { shape }) => sum + size(shape), 0)
  return PROGRAM + 4 * (PER_OUTPUT * batchSize * outputs + 3 * weights)
}
