import { choiceName, SKIP } from '../../cost/index.js'
import { convBlock, type Graph, graph, mbconv, type Network } from '../../network/index.js'
import type { Block, Space } from './space.js'
import { type Architecture, checkArchitecture } from './space-architectures.js'

/** Channels inside squeeze-and-excitation, relative to the block's input (as in EfficientNet). */
const SQUEEZE_RATIO = 0.25

/**
 * The network that an architecture stands for: stem, blocks, head; no weights yet. A skipped block is absent.
 * Layers are named after their block (`b03/expand`, `b03/depthwise`, …), and `network.architecture` remembers
 * the choices, so that device tables can price it.
 * Throws InputError naming the block when a choice is not in the space.
 */
export function decode(space: Space, architecture: Architecture): Network {
  const choices = checkArchitecture(space, architecture)
  const net = graph(space.name, space.input)
  const chosen = choices.values()
  const picked: { block: string; choice: string }[] = []
  let top = addStem(net, net.input, space)
  for (const block of space.blocks) {
    const choice = block.searchable ? chosen.next().value! : block.choices[0]!
    if (block.searchable) picked.push({ block: block.name, choice })
    top = addBlock(net, top, space, block, choice)
  }
  addHead(net, top, space)
  return net.finish({ architecture: { space: space.name, choices: picked } })
}

/** Stem: convolution, batch normalization, activation. Returns the last layer's name. */
export function addStem(net: Graph, input: string, { stem, batchNorm, activation }: Space): string {
  const { filters, kernel, stride } = stem
  return convBlock(net, input, { name: 'stem', filters, kernel, strides: stride, batchNorm, activation })
}

/** One block as `choice`; `skip` adds nothing. Returns the last layer's name. */
export function addBlock(net: Graph, input: string, space: Space, block: Block, choice: string): string {
  if (choice === SKIP) return input
  const { batchNorm, activation } = space
  const { name, filters, stride } = block
  const { kernel, expansion, squeeze } = parseChoice(block, choice)
  return mbconv(net, input, {
    name,
    filters,
    stride,
    kernel,
    expansion,
    ...(squeeze && { squeezeRatio: SQUEEZE_RATIO }),
    activation,
    batchNorm,
  })
}

/** Head: 1×1 convolution, batch normalization, activation, global average pool, dropout, classifier. */
export function addHead(net: Graph, input: string, { head, classes, batchNorm, activation }: Space): string {
  const { filters, dropout: rate } = head
  const features = convBlock(net, input, { name: 'head', filters, kernel: 1, batchNorm, activation })
  const pooled = net.globalAveragePool(features, { name: 'pool' })
  const kept = rate > 0 ? net.dropout(pooled, { name: 'dropout', rate }) : pooled
  return net.dense(kept, { name: 'classifier', units: classes })
}

/** What a choice other than `skip` says. */
export interface BlockParts {
  readonly kernel: number
  readonly expansion: number
  /** Whether there is squeeze-and-excitation. */
  readonly squeeze: boolean
}

export function parseChoice(block: Block, choice: string): BlockParts {
  for (const squeeze of block.canSqueeze ? [false, true] : [false])
    for (const kernel of block.kernels)
      for (const expansion of block.expansions)
        if (choiceName(kernel, expansion, squeeze) === choice) return { kernel, expansion, squeeze }
  throw new RangeError(`block ${block.name} has no choice ${choice}`)
}
