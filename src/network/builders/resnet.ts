import { NetworkError } from '../../errors.js'
import { type Graph, graph } from '../graph.js'
import type { Network } from '../network.js'
import { type BatchNormSettings, convBlock } from './conv-block.js'

export interface ResnetOptions {
  /** 6n + 2: 20, 32, 44, 56, 110. */
  readonly depth: number
  readonly classes?: number
  /** A: subsample and pad with zero channels, free of weights. B: strided 1×1 convolution. */
  readonly shortcut?: 'A' | 'B'
  /** Channels of the three stages. */
  readonly widths?: readonly [number, number, number]
  readonly batchNorm?: BatchNormSettings
}

/**
 * The CIFAR ResNet of He et al. (2016), §4.2: 3×3 stem, three stages of (depth − 2) / 6 basic blocks on
 * 32, 16 and 8 pixels, global average pool, dense. Input [32, 32, 3]. Convolutions have no bias.
 * Throws NetworkError for a depth that is not 6n + 2.
 */
export function resnet(options: ResnetOptions): Network {
  const { depth, classes = 10, shortcut = 'A', widths = [16, 32, 64], batchNorm = {} } = options
  const blocks = (depth - 2) / 6
  if (!Number.isInteger(blocks) || blocks < 1)
    throw new NetworkError(`a CIFAR ResNet has depth 6n + 2 (20, 32, 44, 56, 110), got ${depth}`)
  const net = graph(`resnet${depth}`, [32, 32, 3])
  let last = convBlock(net, net.input, { name: 'stem', filters: widths[0], activation: 'relu', batchNorm })
  widths.forEach((filters, stage) => {
    for (let index = 1; index <= blocks; index++) {
      const strides = stage > 0 && index === 1 ? 2 : 1
      const name = `stage${stage + 1}/block${index}`
      last = basicBlock(net, last, { name, filters, strides, shortcut, batchNorm })
    }
  })
  net.dense(net.globalAveragePool(last, { name: 'pool' }), { name: 'classifier', units: classes })
  return net.finish()
}

interface BlockOptions extends Required<Pick<ResnetOptions, 'shortcut' | 'batchNorm'>> {
  readonly name: string
  readonly filters: number
  readonly strides: number
}

function basicBlock(net: Graph, input: string, options: BlockOptions): string {
  const { name, filters, strides, batchNorm } = options
  const inner = convBlock(net, input, {
    name: `${name}/conv1`,
    filters,
    strides,
    activation: 'relu',
    batchNorm,
  })
  const residual = convBlock(net, inner, { name: `${name}/conv2`, filters, batchNorm })
  const sum = net.add([shortcut(net, input, options), residual], { name: `${name}/add` })
  return net.activation(sum, { name: `${name}/act` })
}

function shortcut(net: Graph, input: string, { name, filters, strides, shortcut, batchNorm }: BlockOptions) {
  const missing = filters - net.shape(input).at(-1)!
  if (strides === 1 && missing === 0) return input
  if (shortcut === 'B')
    return convBlock(net, input, { name: `${name}/shortcut`, filters, kernel: 1, strides, batchNorm })
  const sampled =
    strides === 1 ? input : net.subsample(input, { name: `${name}/shortcut_subsample`, strides })
  const before = missing >> 1
  return net.padChannels(sampled, { name: `${name}/shortcut_pad`, before, after: missing - before })
}
