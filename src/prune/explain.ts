import type { Network } from '../network/index.js'
import type { Group } from './groups.js'

/** Names beyond which layers that channels only pass through are counted, by type. */
const NAMED = 4

/**
 * A group as a chain: who writes its channels → what they pass through → who reads them.
 *
 *     block2/expand: 96 channels
 *       block2/expand → block2/expand_bn, …, block2/depthwise → block2/project
 */
export function explainGroup(group: Group, { layers }: Pick<Network, 'layers'>): string {
  const { name, atoms, channels, writers, through, readers, fixed } = group
  const types = new Map(layers.map(layer => [layer.name, layer.type]))
  const passing =
    through.length <= NAMED ? through.join(', ') : counted(through.map(from => types.get(from)!))
  const chain = [writers.join(' + '), passing, readers.join(' + ')].filter(part => part !== '')
  const each = channels > 1 ? ` (${atoms.length} times ${channels} that go together)` : ''
  const why = fixed === undefined ? '' : `, fixed: ${fixed}`
  return `${name}: ${atoms.length * channels} channels${each}${why}\n  ${chain.join(' → ')}`
}

function counted(types: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1)
  return [...counts].map(([type, count]) => `${count} ${type}`).join(', ')
}

/** All groups of a network, one chain after the other. */
export const explainGroups = (groups: readonly Group[], network: Pick<Network, 'layers'>): string =>
  groups.map(group => `${explainGroup(group, network)}\n`).join('')
