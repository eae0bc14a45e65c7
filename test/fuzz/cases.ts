import { random } from '../../src/random.js'
import { hostile } from './hostile.js'
import { MOST_BYTES, mutateBytes } from './mutate.js'
import { mutateTree } from './mutate-tree.js'
import type { Reader } from './reader.js'

const MOST_CHANGES = 4
/** How many cases a hostile file is among, until all of them were. */
const EVERY = 8

/**
 * The file of a case: the seeds as they are, then damaged seeds for ever, among the first of them what is hostile to any
 * reader. It depends on the reader, the seed and the number alone.
 */
export function caseBytes(
  { name, format, make }: Reader,
  seeds: readonly Uint8Array[],
  seed: number,
  index: number,
): Uint8Array {
  if (index < seeds.length) return seeds[index]!
  const after = index - seeds.length
  if (after % EVERY === 0 && after / EVERY < hostile().length) return hostile()[after / EVERY]!
  const stream = random(seed, 'fuzz', name, index)
  const [own, other] = [0, 1].map(() => make?.(stream) ?? seeds[stream.integer(seeds.length)]!) as [
    Uint8Array,
    Uint8Array,
  ]
  if (make && stream.uniform() < 0.5) return own
  const changes = 1 + stream.integer(MOST_CHANGES)
  const kind = stream.uniform()
  let bytes = own
  if (format && kind < 0.7)
    try {
      let tree = format.open(own)
      const foreign = other === own ? tree : format.open(other)
      for (let i = 0; i < changes; i++) tree = mutateTree(stream, tree, foreign)
      const closed = format.close(tree)
      if (closed.length <= MOST_BYTES && kind < 0.6) return closed
      bytes = closed.subarray(0, MOST_BYTES)
    } catch {
      // A tree that cannot be written down: bytes are damaged instead.
    }
  for (let i = 0; i < changes; i++) bytes = mutateBytes(stream, bytes, other)
  return bytes
}
