import type { LabelledImages } from '../engine/index.js'
import type { Network } from '../network/index.js'
import {
  calibrate,
  createQuantizedModel,
  disposeQuantizedModel,
  prepare,
  quantizedNetwork,
  schemes,
} from '../quantize/index.js'
import { recalibrate } from '../search/index.js'
import type { Scheme } from './scheme.js'

export interface OnceQuantizedOptions {
  /** Images of one size a batch. */
  readonly batches: readonly LabelledImages[]
  /** Per cent of the values that are not 0 that the range of a feature map holds. */
  readonly percentile: number
}

/**
 * A network with weights as a scheme's processing elements compute it, without any training: kernels on the grid, feature maps
 * rounded in ranges of these images, then mean and variance of batch norms as the rounded network has them. In float32
 * only the last. Throws InputError where `calibrate` does.
 */
export function onceQuantized(
  network: Network,
  scheme: Scheme,
  { batches, percentile }: OnceQuantizedOptions,
): Network {
  return recalibrate(scheme === 'float32' ? network : rounded(network, scheme, batches, percentile), batches)
}

function rounded(
  network: Network,
  scheme: Exclude<Scheme, 'float32'>,
  batches: readonly LabelledImages[],
  percentile: number,
): Network {
  const quantized = createQuantizedModel(prepare(network, schemes[scheme]))
  try {
    const plan = { batches: batches.length, percentile }
    calibrate(quantized, batches, { plan, statistics: 'batch', compiled: false })
    return quantizedNetwork(quantized)
  } finally {
    disposeQuantizedModel(quantized)
  }
}
