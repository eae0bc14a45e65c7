import { choiceName, SKIP } from '../cost/index.js'
import { exactPrice, type Price } from './price.js'
import { type Block, type Space, searchable } from './space.js'
import type { Architecture } from './space-architectures.js'

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

/** One decision that could be turned round: what the architecture would be, and how sure the search is of it. */
interface Move {
  readonly architecture: Architecture
  readonly open: readonly Open[]
  readonly margin: number
}

/**
 * The architecture of the decisions, moved to the nearest that meets every bound: while one is broken, the open
 * decision with the smallest margin that makes it cheaper is closed; then, while there is room, the closed decision
 * with the largest margin that fits is opened. Prices are exact here, unlike in the loss. In a measured table a
 * smaller choice may cost more: where no closing helps, the block that gains most by another choice gets it.
 * `pricesOf` has made sure that every single bound can be met; with several that cannot be met together, the
 * architecture returned is one that no change of a single block improves.
 */
export function decideWithin(
  space: Space,
  margins: readonly BlockMargins[],
  prices: readonly Price[],
): Architecture {
  const blocks = searchable(space)
  let open: readonly Open[] = blocks.map((block, b) => openOf(block, margins[b]!))
  const architectureOf = (open: readonly Open[]) => blocks.map((block, b) => choiceOf(block, open[b]!))
  const excess = (architecture: Architecture) =>
    prices.reduce((sum, price) => {
      const value = exactPrice(price, space, architecture)
      return sum + Math.max(0, value / price.bound - 1)
    }, 0)
  const total = (architecture: Architecture) =>
    prices.reduce((sum, price) => sum + exactPrice(price, space, architecture) / price.bound, 0)

  const moves = (direction: 1 | -1): Move[] =>
    blocks.flatMap((block, b) =>
      neighbours(block, open[b]!, margins[b]!, direction).map(({ to, margin }) => {
        const next = open.with(b, to)
        return { open: next, architecture: architectureOf(next), margin }
      }),
    )

  for (let now = architectureOf(open); excess(now) > 0; now = architectureOf(open)) {
    const better = moves(-1).filter(({ architecture }) => excess(architecture) < excess(now))
    if (better.length > 0) {
      open = better.reduce((a, b) => (b.margin < a.margin ? b : a)).open
      continue
    }
    const others = blocks.flatMap((block, b) => everyOpen(block).map(to => open.with(b, to)))
    const least = others.reduce((a, b) => (excess(architectureOf(b)) < excess(architectureOf(a)) ? b : a))
    if (excess(architectureOf(least)) >= excess(now)) break
    open = least
  }
  if (excess(architectureOf(open)) > 0) return architectureOf(open)
  for (;;) {
    const now = total(architectureOf(open))
    const fitting = moves(1).filter(
      ({ architecture }) => excess(architecture) === 0 && total(architecture) > now,
    )
    if (fitting.length === 0) return architectureOf(open)
    open = fitting.reduce((a, b) => (b.margin > a.margin ? b : a)).open
  }
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
