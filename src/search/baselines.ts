import { exactPrice, type Price } from './space/price.js'
import { randomWithin, uniformArchitectures } from './space/random-architectures.js'
import type { Space } from './space/space.js'
import type { Architecture } from './space/space-architectures.js'

/** A network that is trained beside the found one, with the same plan. */
export interface NamedArchitecture {
  readonly name: string
  readonly architecture: Architecture
}

/**
 * What a found network must beat: `count` random networks of equal price (`randomWithin`; fewer where there are no
 * more), and every uniform network that meets all bounds. `random-1`, …, `uniform-3x3-e3`, ….
 */
export function baselinesWithin(
  space: Space,
  prices: readonly Price[],
  count: number,
  seed: number,
): NamedArchitecture[] {
  const fits = (architecture: Architecture) =>
    prices.every(price => exactPrice(price, space, architecture) <= price.bound)
  return [
    ...randomWithin(space, prices, count, seed).map((architecture, i) => ({
      name: `random-${i + 1}`,
      architecture,
    })),
    ...uniformArchitectures(space)
      .filter(({ architecture }) => fits(architecture))
      .map(({ choice, architecture }) => ({ name: `uniform-${choice}`, architecture })),
  ]
}
