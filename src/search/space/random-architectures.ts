import { type RandomStream, random } from '../../random.js'
import { choicePrice, exactPrice, type Price } from './price.js'
import { type Space, searchable } from './space.js'
import type { Architecture } from './space-architectures.js'

/** Least share of a budget that a random network uses up: equal to the found one's price within 3 %. */
export const EQUAL_PRICE = 0.97

/** Steps into which a budget is cut for counting. */
const STEPS = 2000
/** Draws in a row without another network before giving up. */
const PATIENCE = 5000

/**
 * Different architectures drawn at random from all whose exact prices are within every bound and not below
 * `EQUAL_PRICE` of at least one of them, each as likely as any other. Fewer than `count` only where the space holds no
 * more, or bounds that pull apart leave so few that thousands of draws in a row do not find another.
 */
export function randomWithin(
  space: Space,
  prices: readonly Price[],
  count: number,
  seed: number,
): Architecture[] {
  const stream = random(seed, 'random networks')
  const bands = prices.map(price => band(space, price))
  const total = bands.reduce((sum, { size }) => sum + size, 0)
  const found = new Map<string, Architecture>()
  if (total === 0) return []
  for (let vain = 0; vain < PATIENCE && found.size < count; vain++) {
    const architecture = pick(stream, bands, ({ size }) => size).draw(stream)
    const chosen = bands.filter(({ holds }) => holds(architecture)).length
    // Who is in several bands is drawn from each.
    if (stream.uniform() * chosen >= 1 || !isEqual(space, prices, architecture)) continue
    if (!found.has(architecture.join())) vain = 0
    found.set(architecture.join(), architecture)
  }
  return [...found.values()]
}

/** Whether an architecture is within every bound and near enough to one of them. */
function isEqual(space: Space, prices: readonly Price[], architecture: Architecture): boolean {
  const shares = prices.map(price => exactPrice(price, space, architecture) / price.bound)
  return shares.every(share => share <= 1) && shares.some(share => share >= EQUAL_PRICE)
}

/** Architectures near a bound, and some more: those whose prices, rounded to whole steps, add up to about it. */
interface Band {
  readonly size: number
  readonly holds: (architecture: Architecture) => boolean
  /** Each of them as likely as any other. */
  readonly draw: (stream: RandomStream) => Architecture
}

/**
 * Counts, from the last block to the first, in how many ways the blocks from b on can bring a sum of s steps into the
 * band, and draws choices in proportion to these. Rounding moves a sum by half a step a block; the band is wider by that.
 */
function band(space: Space, { fixed, rows, bound }: Price): Band {
  const blocks = searchable(space)
  const step = bound / STEPS
  const costs = blocks.map((block, b) =>
    block.choices.map(choice => ({ choice, steps: Math.round(choicePrice(block, rows[b]!, choice) / step) })),
  )
  const slack = blocks.length / 2
  const from = Math.ceil((EQUAL_PRICE * bound - fixed) / step - slack)
  const to = Math.floor((bound - fixed) / step + slack)
  const inBand = (sum: number) => sum >= from && sum <= to
  const ways = [Float64Array.from({ length: Math.max(0, to + 1) }, (_, sum) => (inBand(sum) ? 1 : 0))]
  for (const choices of costs.toReversed())
    ways.unshift(
      ways[0]!.map((_, sum) => choices.reduce((all, { steps }) => all + (ways[0]![sum + steps] ?? 0), 0)),
    )
  return {
    size: ways[0]![0] ?? 0,
    holds: architecture =>
      inBand(
        costs.reduce(
          (sum, choices, b) => sum + choices.find(({ choice }) => choice === architecture[b])!.steps,
          0,
        ),
      ),
    draw(stream) {
      let sum = 0
      return costs.map((choices, b) => {
        const { choice, steps } = pick(stream, choices, ({ steps }) => ways[b + 1]![sum + steps] ?? 0)
        sum += steps
        return choice
      })
    },
  }
}

/** One of `items`, with probabilities in proportion to their weights. */
function pick<T>(stream: RandomStream, items: readonly T[], weight: (item: T) => number): T {
  const weights = items.map(weight)
  let at = stream.uniform() * weights.reduce((a, b) => a + b, 0)
  const found = weights.findIndex(w => {
    at -= w
    return at < 0
  })
  return items[found < 0 ? weights.findLastIndex(w => w > 0) : found]!
}

/** The architectures in which every block makes the same choice, by that choice. */
export function uniformArchitectures(space: Space): { choice: string; architecture: Architecture }[] {
  const blocks = searchable(space)
  return blocks[0]!.choices
    .filter(choice => blocks.every(({ choices }) => choices.includes(choice)))
    .map(choice => ({ choice, architecture: blocks.map(() => choice) }))
}
