import { graph } from '../graph.js'
import type { Network } from '../network.js'

export interface VggOptions {
  readonly name?: string
  readonly classes?: number
  /** imagenet: 224 × 224 and two hidden dense layers of 4096. cifar: 32 × 32 and the classifier alone. */
  readonly variant?: 'imagenet' | 'cifar'
  /** Multiplies the channels of the convolutions. */
  readonly width?: number
  /** Batch normalization after every convolution, which then has no bias; default false for imagenet, true for cifar. */
  readonly batchNorm?: boolean
}

/** Simonyan and Zisserman (2015), configuration D: channels and convolutions of the five stages. */
const STAGES = [
  [64, 2],
  [128, 2],
  [256, 3],
  [512, 3],
  [512, 3],
] as const

/**
 * VGG-16: layers `conv1_1` to `conv5_3` (with `_bn` and `_act`), `pool1` to `pool5`, `fc6`, `fc7`, `classifier`.
 * The dense layers read the flattened map, [height, width, channels].
 */
export function vgg16(options: VggOptions = {}): Network {
  const { variant = 'imagenet', width = 1, batchNorm = variant === 'cifar' } = options
  const imagenet = variant === 'imagenet'
  const size = imagenet ? 224 : 32
  const net = graph(options.name ?? (imagenet ? 'vgg16' : 'vgg16-cifar'), [size, size, 3])
  let last = net.input
  STAGES.forEach(([channels, convolutions], stage) => {
    for (let index = 1; index <= convolutions; index++) {
      const name = `conv${stage + 1}_${index}`
      last = net.conv(last, { name, filters: Math.round(channels * width), bias: !batchNorm })
      if (batchNorm) last = net.batchNorm(last, { name: `${name}_bn` })
      last = net.activation(last, { name: `${name}_act` })
    }
    last = net.pool(last, { name: `pool${stage + 1}` })
  })
  last = net.flatten(last, { name: 'flatten' })
  if (imagenet) {
    for (const name of ['fc6', 'fc7'])
      last = net.activation(net.dense(last, { name, units: 4096 }), { name: `${name}_act` })
  }
  net.dense(last, { name: 'classifier', units: options.classes ?? (imagenet ? 1000 : 10) })
  return net.finish()
}
