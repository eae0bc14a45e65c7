import { InputError } from '../errors.js'
import { spaceSize } from '../evolve/index.js'
import {
  architectureFigure,
  blockNetwork,
  checkArchitecture,
  decode,
  fixedNetworks,
  largest,
  type Space,
  searchable,
} from '../search/space-index.js'
import type { NetworkFamily, NetworkPart } from './network-family.js'

/**
 * The networks of a search space: a variable for every searchable block, its choices as values. An architecture is
 * written as its choices with commas: `3x3-e6,5x5-e3,skip`.
 */
export function blocksFamily(space: Space): NetworkFamily {
  const blocks = searchable(space)
  const variables = blocks.map(block => ({
    kind: 'categorical' as const,
    name: block.name,
    values: block.choices,
  }))
  const fixed: NetworkPart = { key: 'fixed', networks: () => fixedNetworks(space) }
  const parts = blocks.map(
    block =>
      new Map(
        block.choices.map((choice): [string, NetworkPart] => [
          choice,
          { key: `${block.name}/${choice}`, networks: () => [blockNetwork(space, block, choice)] },
        ]),
      ),
  )
  return {
    name: space.name,
    variables,
    size: spaceSize(variables),
    reference: largest(space),
    parse(text) {
      const choices = text.split(/[\s,]+/).filter(choice => choice !== '')
      if (choices.length === 0) throw new InputError(`architecture "${text}": it names no choice`)
      return checkArchitecture(space, choices)
    },
    format: architecture => architecture.join(','),
    figure: (architecture, name) => architectureFigure(space, architecture, name),
    network: architecture => decode(space, architecture),
    parts: architecture => [fixed, ...architecture.map((choice, i) => parts[i]!.get(choice)!)],
  }
}
