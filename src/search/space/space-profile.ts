import type { ProfileOptions } from '../../cost/index.js'
import { random } from '../../random.js'
import { decode } from './decode.js'
import type { Space } from './space.js'
import { largest, randomArchitecture, smallest } from './space-architectures.js'
import { blockNetwork } from './space-networks.js'

/** A space as the profiler takes it: checked with `networks` random networks, the smallest and the largest. */
export function profiledSpace(
  space: Space,
  seed: number,
  networks = 20,
): Pick<ProfileOptions, 'space' | 'decode' | 'block' | 'validation'> {
  const blocks = new Map(space.blocks.map(block => [block.name, block]))
  const drawn = Array.from({ length: networks }, (_, i) => ({
    name: `random ${i + 1}`,
    architecture: randomArchitecture(space, random(seed, 'profile', 'validation', i)),
  }))
  return {
    space,
    decode: architecture => decode(space, architecture),
    block: (name, choice) => blockNetwork(space, blocks.get(name)!, choice),
    validation: [
      ...drawn,
      { name: 'smallest', architecture: smallest(space) },
      { name: 'largest', architecture: largest(space) },
    ],
  }
}
