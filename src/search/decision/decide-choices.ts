import type { Price } from '../space/price.js'
import { type Space, searchable } from '../space/space.js'
import type { Architecture } from '../space/space-architectures.js'
import { withinBounds } from './within-bounds.js'

/** Log-probability of every choice of every searchable block. */
export type ChoiceStanding = readonly (readonly number[])[]

/** ln softmax of logits. */
export function logSoftmax(logits: readonly number[]): number[] {
  const most = Math.max(...logits)
  const norm = most + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0))
  return logits.map(logit => logit - norm)
}

const likeliest = (block: readonly number[]) => block.indexOf(Math.max(...block))

/** The most probable choice of every block; of equal ones the first. */
export const decideChoices = (space: Space, standing: ChoiceStanding): Architecture =>
  searchable(space).map(({ choices }, b) => choices[likeliest(standing[b]!)]!)

/**
 * Choices still in play besides the decided ones: Σ over blocks of e^H − 1, with the entropy H of the probabilities;
 * all other choices while they are equally likely, 0 when every block has one of probability 1. Rounded.
 */
export function countOpenChoices(space: Space, standing: ChoiceStanding): { open: number; of: number } {
  const entropy = (block: readonly number[]) => -block.reduce((sum, log) => sum + Math.exp(log) * log, 0)
  return {
    open: Math.round(standing.reduce((sum, block) => sum + Math.exp(entropy(block)) - 1, 0)),
    of: searchable(space).reduce((sum, { choices }) => sum + choices.length - 1, 0),
  }
}

/**
 * The most probable choices, moved to the nearest architecture that meets every bound (`withinBounds`): the margin of
 * a move is what it loses in log-probability, or gains where there is room.
 */
export function decideChoicesWithin(
  space: Space,
  standing: ChoiceStanding,
  prices: readonly Price[],
): Architecture {
  const blocks = searchable(space)
  const every = (b: number) => blocks[b]!.choices.map((_, choice) => choice)
  return withinBounds(space, standing.map(likeliest), prices, {
    choice: (b, choice) => blocks[b]!.choices[choice]!,
    every,
    moves(b, now, direction) {
      const gain = (choice: number) => standing[b]![choice]! - standing[b]![now]!
      return every(b)
        .filter(choice => choice !== now)
        .map(to => ({ to, margin: direction * gain(to) }))
    },
  })
}
