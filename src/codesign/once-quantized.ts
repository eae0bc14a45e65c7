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
  /** Images that mean and variance of batch norms are taken of, of one size a batch. */
  readonly statistics: readonly LabelledImages[]
  /** Images that ranges of feature maps are taken of. */
  readonly ranges: readonly LabelledImages[]
  /** Per cent of the values that are not 0 that the range of a feature map holds. */
  readonly percentile: number
}

/**
 * A network with weights as a scheme's processing elements compute it, without any training: kernels on the grid, feature maps
 * rounded in ranges of these images, then mean and variance of batch norms as the rounded network has them. In float32
 * only the last. Throws InputError where `calibrate` does.
 */
export function onceQuantized(network: Network, scheme: Scheme, options: OnceQuantizedOptions): Network {
  return recalibrate(scheme === 'float32' ? network : rounded(network, scheme, options), options.statistics)
}

function rounded(
  network: Network,
  scheme: Exclude<Scheme, 'float32'>,
  { ranges, percentile }: OnceQuantizedOptions,
): Network {
  const quantized = createQuantizedModel(prepare(network, schemes[scheme]))
  try {
    const plan = { batches: ranges.length, percentile }
    calibrate(quantized, ranges, { plan, statistics: 'batch', compiled: false })
    return quantizedNetwork(quantized)
  } finally {
    disposeQuantizedModel(quantized)
  }
}
