import { count } from '../../network/index.js'
import { decode } from './decode.js'
import { type Block, type Space, searchable } from './space.js'
import { type Architecture, largest, smallest, spaceSize } from './space-architectures.js'

/** What a space holds, as plain JSON. */
export interface SpaceDescription {
  readonly space: string
  /** [height, width, channels] */
  readonly input: readonly number[]
  readonly classes: number
  readonly networks: {
    readonly count: number
    /** As a product of what the blocks offer: `4³ · 5⁹`. */
    readonly product: string
  }
  readonly smallest: NetworkSize
  readonly largest: NetworkSize
  readonly blocks: readonly BlockDescription[]
}

interface NetworkSize {
  readonly macs: number
  readonly params: number
}

export interface BlockDescription
  extends Pick<Block, 'stage' | 'filters' | 'stride' | 'kernels' | 'expansions'> {
  readonly block: string
  /** [height, width, channels] */
  readonly input: readonly number[]
  readonly skip: boolean
  readonly squeeze: boolean
  /** How many; 1 in a fixed block. */
  readonly choices: number
}

/** Size of a space, its smallest and largest network, its blocks. Loads no TensorFlow. */
export function describeSpace(space: Space): SpaceDescription {
  const sizeOf = (architecture: Architecture): NetworkSize => {
    const { macs, params } = count(decode(space, architecture))
    return { macs, params }
  }
  return {
    space: space.name,
    input: space.input,
    classes: space.classes,
    networks: { count: Number(spaceSize(space)), product: productOf(space) },
    smallest: sizeOf(smallest(space)),
    largest: sizeOf(largest(space)),
    blocks: space.blocks.map(({ name, stage, height, width, inFilters, filters, stride, ...block }) => ({
      block: name,
      stage,
      input: [height, width, inFilters],
      stride,
      filters,
      kernels: block.kernels,
      expansions: block.expansions,
      skip: block.canSkip,
      squeeze: block.canSqueeze,
      choices: block.choices.length,
    })),
  }
}

const DIGITS = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** `4³ · 5⁹`: three blocks of four choices, nine of five. */
function productOf(space: Space): string {
  const blocks = new Map<number, number>()
  for (const { choices } of searchable(space).filter(({ choices }) => choices.length > 1))
    blocks.set(choices.length, (blocks.get(choices.length) ?? 0) + 1)
  const raised = (exponent: number) =>
    exponent === 1 ? '' : [...String(exponent)].map(digit => DIGITS[Number(digit)]).join('')
  if (blocks.size === 0) return '1'
  return [...blocks]
    .sort(([a], [b]) => a - b)
    .map(([choices, many]) => `${choices}${raised(many)}`)
    .join(' · ')
}
