import { type Graph, graph } from '../graph.js'
import type { Network } from '../network.js'
import { convBlock } from './conv-block.js'

/** Blocks and inner channels of the four stages (He et al. 2016, table 1). */
const STAGES = [
  [3, 64],
  [4, 128],
  [6, 256],
  [3, 512],
] as const
const EXPANSION = 4

/**
 * ResNet-50 on ImageNet, [224, 224, 3]: 7×7 stem, max pool, 16 bottleneck blocks, global average pool, dense. A
 * stage's first block strides in its 3×3 convolution (version 1.5, as torchvision has it) and has a 1×1 shortcut.
 */
export function resnet50(options: { readonly classes?: number } = {}): Network {
  const net = graph('resnet50', [224, 224, 3])
  let last = convBlock(net, net.input, {
    name: 'stem',
    filters: 64,
    kernel: 7,
    strides: 2,
    activation: 'relu',
  })
  last = net.pool(last, { name: 'stem_pool', kernel: 3, strides: 2, padding: [1, 1, 1, 1] })
  STAGES.forEach(([blocks, filters], stage) => {
    for (let index = 1; index <= blocks; index++) {
      const strides = stage > 0 && index === 1 ? 2 : 1
      last = bottleneck(net, last, `stage${stage + 1}/block${index}`, filters, strides)
    }
  })
  last = net.globalAveragePool(last, { name: 'pool' })
  net.dense(last, { name: 'classifier', units: options.classes ?? 1000 })
  return net.finish()
}

function bottleneck(net: Graph, input: string, name: string, filters: number, strides: number): string {
  const out = filters * EXPANSION
  const activation = 'relu'
  const reduced = convBlock(net, input, { name: `${name}/conv1`, filters, kernel: 1, activation })
  const filtered = convBlock(net, reduced, { name: `${name}/conv2`, filters, strides, activation })
  const expanded = convBlock(net, filtered, { name: `${name}/conv3`, filters: out, kernel: 1 })
  const shortcut =
    net.shape(input).at(-1) === out
      ? input
      : convBlock(net, input, { name: `${name}/shortcut`, filters: out, kernel: 1, strides })
  return net.activation(net.add([shortcut, expanded], { name: `${name}/add` }), { name: `${name}/act` })
}
