import { exactPrice, type Price } from '../space/price.js'
import { type Space, searchable } from '../space/space.js'
import type { Architecture } from '../space/space-architectures.js'

/** How the decisions of a block can be turned round. `State` is what they are: gates that are open, a choice. */
export interface Turns<State> {
  /** What the b-th searchable block is. */
  choice(b: number, state: State): string
  /** What it can become next, smaller (−1) or larger (1); `margin`: how far the search is from (−1) or for (1) it. */
  moves(
    b: number,
    state: State,
    direction: 1 | -1,
  ): readonly { readonly to: State; readonly margin: number }[]
  /** Everything it can be. */
  every(b: number): readonly State[]
}

/**
 * The architecture of decisions, moved to the nearest that meets every bound: while one is broken, the move with the
 * smallest margin that lessens the excess is made; then, while there is room, the one with the largest margin that
 * fits and costs more. Prices are exact here, unlike in the loss. Where no move helps, as in a measured table in which
 * a smaller choice costs more, the block that gains most by another choice gets it. `pricesOf` has made sure that
 * every single bound can be met; with several that cannot be met together, the architecture returned is one that no
 * change of a single block improves.
 */
export function withinBounds<State>(
  space: Space,
  decided: readonly State[],
  prices: readonly Price[],
  { choice, moves, every }: Turns<State>,
): Architecture {
  const blocks = searchable(space)
  const architectureOf = (states: readonly State[]) => states.map((state, b) => choice(b, state))
  const excess = (architecture: Architecture) =>
    prices.reduce((sum, price) => {
      const value = exactPrice(price, space, architecture)
      return sum + Math.max(0, value / price.bound - 1)
    }, 0)
  const total = (architecture: Architecture) =>
    prices.reduce((sum, price) => sum + exactPrice(price, space, architecture) / price.bound, 0)
  const turned = (direction: 1 | -1) =>
    blocks.flatMap((_, b) =>
      moves(b, states[b]!, direction).map(({ to, margin }) => {
        const next = states.with(b, to)
        return { states: next, architecture: architectureOf(next), margin }
      }),
    )

  let states = decided
  for (let now = architectureOf(states); excess(now) > 0; now = architectureOf(states)) {
    const better = turned(-1).filter(({ architecture }) => excess(architecture) < excess(now))
    if (better.length > 0) {
      states = better.reduce((a, b) => (b.margin < a.margin ? b : a)).states
      continue
    }
    const others = blocks.flatMap((_, b) => every(b).map(to => states.with(b, to)))
    const least = others.reduce((a, b) => (excess(architectureOf(b)) < excess(architectureOf(a)) ? b : a))
    if (excess(architectureOf(least)) >= excess(now)) break
    states = least
  }
  if (excess(architectureOf(states)) > 0) return architectureOf(states)
  for (;;) {
    const now = total(architectureOf(states))
    const fitting = turned(1).filter(
      ({ architecture }) => excess(architecture) === 0 && total(architecture) > now,
    )
    if (fitting.length === 0) return architectureOf(states)
    states = fitting.reduce((a, b) => (b.margin > a.margin ? b : a)).states
  }
}
