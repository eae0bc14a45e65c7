import type { Network } from '../network/index.js'
import type { ChannelMap } from './channels.js'

/** Output channels of the network that came in, numbered from 0, that each convolution and dense layer loses. */
export type RemovedChannels = Readonly<Record<string, readonly number[]>>

/** What the removal of `dead` atoms is, in terms that any tool understands. Layers that lose nothing are left out. */
export function removedChannels(
  { layers }: Pick<Network, 'layers'>,
  { of }: ChannelMap,
  dead: readonly number[],
): RemovedChannels {
  const gone = new Set(dead)
  const removed = layers
    .filter(({ type }) => type === 'conv' || type === 'dense')
    .map(({ name }): [string, number[]] => [
      name,
      [...of.get(name)!.entries()].flatMap(([channel, atom]) => (gone.has(atom) ? [channel] : [])),
    ])
  return Object.fromEntries(removed.filter(([, channels]) => channels.length > 0))
}
