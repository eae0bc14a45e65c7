import { SKIP } from '../../cost/index.js'
import { InputError } from '../../errors.js'
import type { RandomStream } from '../../random.js'
import { type Block, type Space, searchable } from './space.js'

/** One choice per searchable block, in order: what `decode` turns into a network. */
export type Architecture = readonly string[]

const wide = (block: Block) => block.choices.filter(choice => choice !== SKIP)

/** Every block with its largest kernel and widest expansion. */
export const largest = (space: Space): Architecture => searchable(space).map(block => wide(block).at(-1)!)

/** Every block skipped where it may be, and its smallest kernel and narrowest expansion elsewhere. */
export const smallest = (space: Space): Architecture =>
  searchable(space).map(block => (block.canSkip ? SKIP : block.choices[0]!))

/** The same choice in every block. Throws InputError naming a block that does not offer it. */
export const uniform = (space: Space, choice: string): Architecture =>
  searchable(space).map(block => checkChoice(space, block, choice))

/** One choice per block, uniform and independent. */
export const randomArchitecture = (space: Space, stream: RandomStream): Architecture =>
  searchable(space).map(block => block.choices[stream.integer(block.choices.length)]!)

/** Number of architectures: 4⁵ · 5¹⁵ for the ImageNet space. */
export const spaceSize = (space: Space): bigint =>
  searchable(space).reduce((size, block) => size * BigInt(block.choices.length), 1n)

/** The architecture itself when it fits the space. Throws InputError naming the block and its choices. */
export function checkArchitecture(space: Space, architecture: Architecture): Architecture {
  const blocks = searchable(space)
  if (architecture.length !== blocks.length) {
    throw new InputError(
      `space ${space.name} has ${blocks.length} searchable blocks; got ${architecture.length} choices`,
    )
  }
  return blocks.map((block, i) => checkChoice(space, block, architecture[i]!))
}

function checkChoice(space: Space, block: Block, choice: string): string {
  if (block.choices.includes(choice)) return choice
  const allowed = block.choices.join(', ')
  throw new InputError(
    `space ${space.name}, block ${block.name}: cannot be "${choice}"; expected one of ${allowed}`,
  )
}
