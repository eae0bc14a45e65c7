import type { ChannelMap } from '../../src/prune/channels.js'
import type { RandomStream } from '../../src/random.js'

/** Atoms drawn to be removed, each with probability `share`, as long as no tensor is left empty. */
export function drawDead({ of, atoms, fixed }: ChannelMap, share: number, stream: RandomStream): number[] {
  const left = [...of.values()].map(tensor => new Set(tensor))
  return [...stream.permutation(atoms)].filter(atom => {
    const emptied = left.some(tensor => tensor.has(atom) && tensor.size === 1)
    if (fixed.has(atom) || emptied || stream.uniform() >= share) return false
    for (const tensor of left) tensor.delete(atom)
    return true
  })
}
