import { inferShapes, type Network, weightSpecs } from '../network/index.js'

/** What Node, TensorFlow and their libraries take before anything is trained, in bytes. */
const PROGRAM = 450e6

/**
 * Estimate of the memory that training a network takes, in bytes: every layer's output for the batch and its
 * gradient, which both live until the step ends, and for each weight its value, gradient and one optimizer slot.
 */
export function estimateMemory(network: Network, batchSize: number): number {
  const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1)
  const outputs = [...inferShapes(network).values()].reduce((sum, shape) => sum + size(shape), 0)
  const weights = weightSpecs(network).reduce((sum, { shape }) => sum + size(shape), 0)
  return PROGRAM + 4 * (2 * batchSize * outputs + 3 * weights)
}
