import { SKIP } from '../../cost/index.js'
import { type Tensor, type Tensors, tf } from '../../engine/index.js'
import { parseChoice } from '../space/decode.js'
import { type Block, type Space, searchable } from '../space/space.js'
import type { Architecture } from '../space/space-architectures.js'
import { channelGates, gatedKernel } from '../supernet/superkernel.js'
import { type Cut, gatedWeight, type Supernet } from '../supernet/supernet.js'

/** Names of a block's gates among the feeds of a step. */
const feedsOf = ({ name }: Block) => ({
  kernels: `${name}/gates/kernels`,
  expansions: `${name}/gates/expansions`,
  block: `${name}/gates/block`,
  squeeze: `${name}/gates/squeeze`,
})

/**
 * An architecture as the gates of the supernet, 0 or 1, fed to a step that `fedCuts` reads: for every searchable block
 * [kernels], [expansions], whether it is there [1] and, where it may be, whether it squeezes [1].
 */
export function gateFeeds(space: Space, architecture: Architecture): Tensors {
  return Object.fromEntries(
    searchable(space).flatMap((block, b): [string, Tensor][] => {
      const names = feedsOf(block)
      const skipped = architecture[b] === SKIP
      // A block that is not there is whole, so that its batch norms have something to divide by.
      const whole = { kernel: Infinity, expansion: Infinity, squeeze: true }
      const { kernel, expansion, squeeze } = skipped ? whole : parseChoice(block, architecture[b]!)
      const gates = (open: readonly boolean[]) => tf.tensor1d(open.map(Number))
      return [
        [names.kernels, gates(block.kernels.map(size => size <= kernel))],
        [names.expansions, gates(block.expansions.map(factor => factor <= expansion))],
        [names.block, gates([!skipped])],
        ...(block.canSqueeze ? ([[names.squeeze, gates([squeeze])]] as [string, Tensor][]) : []),
      ]
    }),
  )
}

/** What the gates that were fed make of every block. `value` gives the weights by name. To be called within tf.tidy. */
export const fedCuts = (
  { superkernels }: Pick<Supernet, 'superkernels'>,
  feeds: Tensors,
  value: (name: string) => Tensor,
): Cut[] =>
  superkernels.map(superkernel => {
    const { block, size, channels } = superkernel
    const { kernels, expansions, block: there, squeeze } = feedsOf(block)
    const flat = tf.reshape(value(gatedWeight(superkernel)), [size * size, channels])
    return {
      kernel: gatedKernel(superkernel, flat, feeds[kernels]!),
      channelGates: channelGates(superkernel, feeds[expansions]!),
      blockGate: feeds[there]!,
      ...(block.canSqueeze && { squeezeGate: feeds[squeeze]! }),
    }
  })
