import { choiceName, SKIP } from '../../cost/index.js'
import type { Price } from '../space/price.js'
import { type Block, type Space, searchable } from '../space/space.js'
import type { Architecture } from '../space/space-architectures.js'
import { withinBounds } from './within-bounds.js'

/** ‖·‖ / reference − threshold of each decision of one block: open where it is not negative. */
export interface BlockMargins {
  /** One per kernel after the smallest. */
  readonly kernel: readonly number[]
  /** One per expansion; the first keeps the block. */
  readonly expansion: readonly number[]
  /** Of squeeze-and-excitation, where the block may have it. */
  readonly squeeze?: number
}

/** The decisions as they stand: how many kernels and expansions of each block are open, and whether it squeezes. */
interface Open {
  readonly kernel: number
  readonly expansion: number
  readonly squeeze: boolean
}

const openOf = (block: Block, { kernel, expansion, squeeze }: BlockMargins): Open => {
  const run = (margins: readonly number[]) => {
    const closed = margins.findIndex(margin => margin < 0)
    return closed < 0 ? margins.length : closed
  }
  return {
    kernel: 1 + run(kernel),
    expansion: block.canSkip ? run(expansion) : 1 + run(expansion.slice(1)),
    squeeze: block.canSqueeze && squeeze! >= 0,
  }
}

const choiceOf = (block: Block, { kernel, expansion, squeeze }: Open): string =>
  expansion === 0 ? SKIP : choiceName(block.kernels[kernel - 1]!, block.expansions[expansion - 1]!, squeeze)

/** The architecture that the decisions stand for. */
export const decide = (space: Space, margins: readonly BlockMargins[]): Architecture =>
  searchable(space).map((block, b) => choiceOf(block, openOf(block, margins[b]!)))

/** How many decisions are open, of how many. */
export function countOpen(space: Space, margins: readonly BlockMargins[]): { open: number; of: number } {
  const totals = { open: 0, of: 0 }
  for (const [b, block] of searchable(space).entries()) {
    const fixed = block.canSkip ? 1 : 2
    const { kernel, expansion, squeeze } = openOf(block, margins[b]!)
    totals.open += kernel + expansion - fixed + (squeeze ? 1 : 0)
    totals.of += block.kernels.length + block.expansions.length - fixed + (block.canSqueeze ? 1 : 0)
  }
  return totals
}

/**
 * The architecture of the decisions, moved to the nearest that meets every bound (`withinBounds`): the open decision
 * with the smallest margin is closed first, and where there is room the closed one with the largest is opened.
 */
export function decideWithin(
  space: Space,
  margins: readonly BlockMargins[],
  prices: readonly Price[],
): Architecture {
  const blocks = searchable(space)
  const open = blocks.map((block, b) => openOf(block, margins[b]!))
  return withinBounds(space, open, prices, {
    choice: (b, open) => choiceOf(blocks[b]!, open),
    moves: (b, open, direction) => neighbours(blocks[b]!, open, margins[b]!, direction),
    every: b => everyOpen(blocks[b]!),
  })
}

/** Every choice of a block. */
const everyOpen = ({ kernels, expansions, canSkip, canSqueeze }: Block): Open[] => [
  ...(canSqueeze ? [false, true] : [false]).flatMap(squeeze =>
    kernels.flatMap((_, i) => expansions.map((_, j) => ({ kernel: i + 1, expansion: j + 1, squeeze }))),
  ),
  ...(canSkip ? [{ kernel: kernels.length, expansion: 0, squeeze: canSqueeze }] : []),
]

/** The decisions of a block that can be closed (−1) or opened (1) next: three at most. */
function neighbours(block: Block, open: Open, margins: BlockMargins, direction: 1 | -1) {
  const { kernel, expansion, squeeze } = open
  const least = block.canSkip ? 0 : 1
  const found: { to: Open; margin: number }[] = []
  const step = direction === 1 ? 0 : -1
  if (kernel + direction >= 1 && kernel + direction <= block.kernels.length && expansion > 0) {
    found.push({ to: { ...open, kernel: kernel + direction }, margin: margins.kernel[kernel - 1 + step]! })
  }
  if (expansion + direction >= least && expansion + direction <= block.expansions.length) {
    found.push({
      to: { ...open, expansion: expansion + direction },
      margin: margins.expansion[expansion + step]!,
    })
  }
  if (block.canSqueeze && squeeze === (direction === -1) && expansion > 0)
    found.push({ to: { ...open, squeeze: !squeeze }, margin: margins.squeeze! })
  return found
}
