import { InfeasibleError } from '../../errors.js'
import { type RandomStream, random } from '../../random.js'
import { cheapest, exactPrice, type Price } from '../space/price.js'
import { randomWithin, uniformArchitectures } from '../space/random-architectures.js'
import { type Space, searchable } from '../space/space.js'
import { type Architecture, largest, randomArchitecture } from '../space/space-architectures.js'
import type { OneShotScore } from './one-shot-score.js'

/** An architecture with its score. */
export interface Scored extends OneShotScore {
  readonly architecture: Architecture
  /** Round in which it was scored: 0 for those drawn at random. */
  readonly generation: number
}

/** Draws in a row without another network before giving up. */
const PATIENCE = 5000
/** How many of the best are mutated. */
const PARENTS = 10
/** Probability that a block of a mutant is drawn anew, besides the one that always is. */
const MUTATION = 0.1

/**
 * What a one-shot search scores first: random architectures within every bound that use up most of one
 * (`randomWithin`), and where there are too few of these, other random ones within the bounds. All are different.
 * Throws InfeasibleError where none is found.
 */
export function firstCandidates(
  space: Space,
  prices: readonly Price[],
  count: number,
  seed: number,
): Architecture[] {
  const fits = within(space, prices)
  const known = [
    largest(space),
    ...uniformArchitectures(space).map(({ architecture }) => architecture),
    ...prices.map(price => cheapest(space, price)),
  ]
  const near = randomWithin(space, prices, count, seed)
  const found = different([...near, ...(near.length < count ? known.filter(fits) : [])])
  const stream = random(seed, 'candidates')
  fill(found, count, () => randomArchitecture(space, stream), fits)
  if (found.size > 0) return [...found.values()].slice(0, count)
  const bounds = prices.map(({ metric, bound }) => `${metric}<=${Number(bound.toPrecision(6))}`).join(', ')
  throw new InfeasibleError(
    `Among thousands of networks of space ${space.name} none is within ${bounds}; loosen one of the bounds`,
  )
}

/** Different architectures within the bounds, made of the best so far by drawing some of their blocks anew. */
export function mutants(
  space: Space,
  prices: readonly Price[],
  scored: readonly Scored[],
  { count, seed, generation }: { count: number; seed: number; generation: number },
): Architecture[] {
  const stream = random(seed, 'mutants', generation)
  const parents = ranked(scored).slice(0, PARENTS)
  const found = different(scored.map(({ architecture }) => architecture))
  const before = found.size
  const draw = () => mutant(space, parents[stream.integer(parents.length)]!.architecture, stream)
  fill(found, before + count, draw, within(space, prices))
  return [...found.values()].slice(before)
}

/** Best first: by cross-entropy, whose ranking depends less than that of accuracy on how many images there are. */
export const ranked = (scored: readonly Scored[]): Scored[] =>
  scored.toSorted((a, b) => a.crossEntropy - b.crossEntropy)

const within = (space: Space, prices: readonly Price[]) => (architecture: Architecture) =>
  prices.every(price => exactPrice(price, space, architecture) <= price.bound)

const different = (architectures: readonly Architecture[]): Map<string, Architecture> =>
  new Map(architectures.map(architecture => [architecture.join(), architecture]))

/** Draws until there are `count`, or nothing new has come for long. */
function fill(
  found: Map<string, Architecture>,
  count: number,
  draw: () => Architecture,
  fits: (architecture: Architecture) => boolean,
): void {
  for (let vain = 0; vain < PATIENCE && found.size < count; vain++) {
    const architecture = draw()
    const name = architecture.join()
    if (found.has(name) || !fits(architecture)) continue
    found.set(name, architecture)
    vain = 0
  }
}

function mutant(space: Space, parent: Architecture, stream: RandomStream): Architecture {
  const blocks = searchable(space)
  const always = stream.integer(blocks.length)
  return blocks.map(({ choices }, b) => {
    const anew = stream.uniform() < MUTATION || b === always
    return anew ? choices[stream.integer(choices.length)]! : parent[b]!
  })
}
