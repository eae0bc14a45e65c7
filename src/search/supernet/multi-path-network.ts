import { SKIP } from '../../cost/index.js'
import { type Graph, graph, type Network } from '../../network/index.js'
import { addBlock, addHead, addStem } from '../space/decode.js'
import { type Block, type Space, searchable } from '../space/space.js'
import type { Architecture } from '../space/space-architectures.js'

/** A block that is a mixture of its choices: the last layer of each, in the order of `block.choices`. */
export interface Mixture {
  readonly block: Block
  readonly outputs: readonly string[]
}

/** A multi-path supernet: the network, no weights yet, and where its candidates end. */
export interface MultiPathNetwork {
  readonly network: Network
  readonly mixtures: readonly Mixture[]
}

/** Prefix of the layers of a candidate: `b03/5x5-e6`. */
export const candidateName = ({ name }: Pick<Block, 'name'>, choice: string): string => `${name}/${choice}`

/**
 * The space as a multi-path supernet: every choice of a searchable block is a block of its own on the same input, with
 * weights of its own (`b03/5x5-e6/depthwise/kernel`), skip the identity; one layer adds them. What each counts in the
 * sum is for the execution to say.
 */
export function multiPathNetwork(space: Space): MultiPathNetwork {
  const net = graph(`${space.name}-multi-path`, space.input)
  const mixtures: Mixture[] = []
  let top = addStem(net, net.input, space)
  for (const block of space.blocks) {
    if (!block.searchable) {
      top = addBlock(net, top, space, block, block.choices[0]!)
      continue
    }
    const outputs = block.choices.map(choice => addCandidate(net, top, space, block, choice))
    mixtures.push({ block, outputs })
    top = outputs.length === 1 ? outputs[0]! : net.add(outputs, { name: block.name })
  }
  addHead(net, top, space)
  return { network: net.finish(), mixtures }
}

function addCandidate(net: Graph, input: string, space: Space, block: Block, choice: string): string {
  const name = candidateName(block, choice)
  // Every pixel of its input: a layer that can be weighed, where the input itself cannot.
  if (choice === SKIP) return net.subsample(input, { name, strides: 1 })
  return addBlock(net, input, space, { ...block, name }, choice)
}

/**
 * Name in the multi-path supernet of a weight of a decoded network: that of the candidate which the architecture
 * chooses. `b03/expand/kernel` is `b03/5x5-e6/expand/kernel` there.
 */
export function multiPathWeight(space: Space, architecture: Architecture): (name: string) => string {
  const chosen = new Map(
    searchable(space).map((block, b) => [block.name, candidateName(block, architecture[b]!)]),
  )
  return name => {
    const [block, ...rest] = name.split('/')
    return [chosen.get(block!) ?? block!, ...rest].join('/')
  }
}
