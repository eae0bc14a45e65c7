import { NetworkError } from '../../errors.js'
import type { Graph } from '../graph.js'
import type { ActivationFunction } from '../network.js'
import { type BatchNormSettings, convBlock } from './conv-block.js'
import { squeezeExcite } from './squeeze-excite.js'

export interface MbconvOptions {
  /** Prefix of the block's layers: `<name>/expand`, `<name>/depthwise`, `<name>/se_…`, `<name>/project`, `<name>/add`. */
  readonly name: string
  readonly filters: number
  readonly kernel?: number
  readonly stride?: number
  /** Mid channels = round(in · expansion). With 1 there is no expand convolution. */
  readonly expansion?: number
  /** Mid channels, instead of in · expansion. */
  readonly mid?: number
  /** Squeeze-and-excitation behind the depthwise convolution, max(1, ⌊in · squeezeRatio⌋) channels inside; left out: none. */
  readonly squeezeRatio?: number
  readonly activation?: ActivationFunction
  readonly batchNorm?: BatchNormSettings
  /** False leaves the residual out where there would be one. */
  readonly residual?: boolean
}

/**
 * Inverted residual block (MobileNetV2): 1×1 expand-BN-activation, depthwise k×k-BN-activation, if asked
 * squeeze-and-excitation (`squeezeExcite`), 1×1 project-BN (linear); its input is added iff stride 1 and in = out.
 * Returns the name of the last layer.
 * The depthwise weight is `<name>/depthwise/kernel`, [k, k, 1, mid].
 * Throws NetworkError if expansion 1 comes with another number of mid channels.
 */
export function mbconv(graph: Graph, input: string, options: MbconvOptions): string {
  const {
    name,
    filters,
    kernel = 3,
    stride = 1,
    expansion = 6,
    activation = 'relu6',
    batchNorm = {},
  } = options
  const channels = graph.shape(input).at(-1)!
  const mid = options.mid ?? Math.round(channels * expansion)
  if (expansion === 1 && mid !== channels)
    throw new NetworkError(
      `block "${name}": without an expand convolution it has ${channels} mid channels, not ${mid}; ` +
        'set expansion above 1 or leave mid out',
    )
  const block = { activation, batchNorm }
  const expanded =
    expansion === 1
      ? input
      : convBlock(graph, input, { ...block, name: `${name}/expand`, filters: mid, kernel: 1 })
  const filtered = convBlock(graph, expanded, {
    ...block,
    name: `${name}/depthwise`,
    filters: mid,
    kernel,
    strides: stride,
    groups: mid,
  })
  const { squeezeRatio } = options
  const weighed =
    squeezeRatio === undefined
      ? filtered
      : squeezeExcite(graph, filtered, {
          name: `${name}/se`,
          reduced: Math.max(1, Math.floor(channels * squeezeRatio)),
          activation,
        })
  const projected = convBlock(graph, weighed, { name: `${name}/project`, filters, kernel: 1, batchNorm })
  const residual = (options.residual ?? true) && stride === 1 && channels === filters
  return residual ? graph.add([input, projected], { name: `${name}/add` }) : projected
}
