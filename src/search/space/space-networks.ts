import { SKIP } from '../../cost/index.js'
import { type Graph, graph, type Network } from '../../network/index.js'
import { addBlock, addHead, addStem } from './decode.js'
import { type Block, type Space, searchable } from './space.js'

/** One block of a space as one of its choices, alone on its input. */
export interface BlockNetwork {
  readonly block: string
  readonly choice: string
  readonly network: Network
}

/** A network of one block on its input; as `skip`, of a lone activation. */
export function blockNetwork(space: Space, block: Block, choice: string): Network {
  const net = graph(`${block.name}-${choice}`, [block.height, block.width, block.inFilters])
  if (choice === SKIP) net.activation(net.input, { name: block.name, function: space.activation })
  else addBlock(net, net.input, space, block, choice)
  return net.finish()
}

/** Every searchable block as every choice but `skip`, each a network of its own: to price them one by one. */
export const blockNetworks = (space: Space): BlockNetwork[] =>
  searchable(space).flatMap(block =>
    block.choices
      .filter(choice => choice !== SKIP)
      .map(choice => ({ block: block.name, choice, network: blockNetwork(space, block, choice) })),
  )

/** What every network of the space has: runs of fixed layers (stem and what follows it, …, head), in order. */
export function fixedNetworks(space: Space): Network[] {
  const finished: Network[] = []
  let net: Graph = graph('fixed', space.input)
  let top = addStem(net, net.input, space)
  for (const block of space.blocks) {
    if (!block.searchable) {
      top = addBlock(net, top, space, block, block.choices[0]!)
      continue
    }
    if (top !== net.input) finished.push(net.finish())
    const size = [block.height, block.width].map(pixels => Math.ceil(pixels / block.stride))
    net = graph('fixed', [...size, block.filters])
    top = net.input
  }
  addHead(net, top, space)
  return [...finished, net.finish()]
}
