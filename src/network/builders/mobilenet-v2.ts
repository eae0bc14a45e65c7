import { NetworkError } from '../../errors.js'
import { graph } from '../graph.js'
import type { ActivationFunction, Network } from '../network.js'
import { type BatchNormSettings, convBlock } from './conv-block.js'
import { mbconv } from './mbconv.js'

export interface MobilenetV2Options {
  readonly name?: string
  readonly classes?: number
  /** imagenet: 224 × 224. cifar: 32 × 32, with stride 1 in the stem and in stages 2 and 4. */
  readonly variant?: 'imagenet' | 'cifar'
  /** Multiplies all channels, rounded to multiples of 8. */
  readonly width?: number
  /** Mid channels of the 17 blocks, instead of in · expansion. */
  readonly mid?: readonly number[]
  /** Channels of the stem; default 32 · width. */
  readonly stem?: number
  /** Channels of the last 1×1 convolution; default 1280, or 1280 · width if width > 1. */
  readonly last?: number
  readonly activation?: ActivationFunction
  readonly batchNorm?: BatchNormSettings
  /** Before the classifier; 0 leaves the layer out. Default 0.2 for imagenet, 0 for cifar. */
  readonly dropout?: number
}

/** Sandler et al. (2018), table 2: expansion, channels, blocks, stride. */
const STAGES = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const
const BLOCKS = 17

/**
 * MobileNetV2: layers `stem`, `block1/…` to `block17/…`, `last`, `pool`, `classifier`.
 * Throws NetworkError if `mid` does not give one number for each of the 17 blocks.
 */
export function mobilenetV2(options: MobilenetV2Options = {}): Network {
  const { variant = 'imagenet', width = 1, mid, activation = 'relu6', batchNorm = {} } = options
  if (mid !== undefined && mid.length !== BLOCKS)
    throw new NetworkError(`MobileNetV2 has ${BLOCKS} blocks; mid names the channels of ${mid.length}`)
  const cifar = variant === 'cifar'
  const block = { activation, batchNorm }
  const size = cifar ? 32 : 224
  const net = graph(options.name ?? (cifar ? 'mobilenetv2-cifar' : 'mobilenetv2'), [size, size, 3])

  const stem = options.stem ?? scaled(32, width)
  let last = convBlock(net, net.input, { ...block, name: 'stem', filters: stem, strides: cifar ? 1 : 2 })
  let number = 0
  STAGES.forEach(([expansion, channels, blocks, stageStride], stage) => {
    const fine = cifar && (stage === 1 || stage === 3)
    for (let index = 0; index < blocks; index++) {
      const chosen = mid?.[number]
      number++
      last = mbconv(net, last, {
        ...block,
        name: `block${number}`,
        filters: scaled(channels, width),
        stride: index === 0 && !fine ? stageStride : 1,
        expansion,
        ...(chosen !== undefined && { mid: chosen }),
      })
    }
  })
  const features = options.last ?? scaled(1280, Math.max(1, width))
  last = convBlock(net, last, { ...block, name: 'last', filters: features, kernel: 1 })
  last = net.globalAveragePool(last, { name: 'pool' })
  const rate = options.dropout ?? (cifar ? 0 : 0.2)
  if (rate > 0) last = net.dropout(last, { name: 'dropout', rate })
  net.dense(last, { name: 'classifier', units: options.classes ?? (cifar ? 10 : 1000) })
  return net.finish()
}

/** The multiple of 8 nearest to channels · width, at least 8 and never below 90 % of it. */
function scaled(channels: number, width: number): number {
  const exact = channels * width
  const rounded = Math.max(8, Math.floor((exact + 4) / 8) * 8)
  return rounded < 0.9 * exact ? rounded + 8 : rounded
}
