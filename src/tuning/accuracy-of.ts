import { createModel, disposeModel, evaluate, type LabelledImages } from '../engine/index.js'
import type { Network } from '../network/index.js'

/** Shares of images classified right. */
export interface Accuracy {
  readonly heldOut: number
  readonly test: number
}

/** Share of the images that a network with weights classifies right. */
export function accuracyOf(network: Network, images: Iterable<LabelledImages>): number {
  const model = createModel(network)
  try {
    return evaluate(model, images).accuracy
  } finally {
    disposeModel(model)
  }
}
