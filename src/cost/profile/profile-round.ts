import { random } from '../../random.js'
import { type PricedBlock, pricedChoices, SKIP } from '../choice-name.js'
import type { ProfileOptions } from './profile-options.js'

/** One thing to measure in a round. */
export type Probe =
  | { readonly kind: 'choice'; readonly key: string; readonly block: number; readonly choice: string }
  | { readonly kind: 'alone'; readonly key: string; readonly block: string; readonly choice: string }
  | { readonly kind: 'validation'; readonly key: string; readonly index: number }

/** What a finished round found, all in ms. */
export interface Round {
  /** The random network that the choices were tried in. */
  readonly context: readonly string[]
  readonly contextMs: number
  /** `b03/5x5-e6`: context with the choice − context with the block's reference. */
  readonly differences: Readonly<Record<string, number>>
  /** `b01`: the reference of a block that cannot be skipped, alone. */
  readonly alone: Readonly<Record<string, number>>
  readonly validation: readonly number[]
}

export const searchableBlocks = ({ space }: ProfileOptions): readonly PricedBlock[] =>
  space.blocks.filter(block => block.searchable)

/** What a block's choices are compared with: its absence, or its first choice where it must be there. */
export const reference = (block: PricedBlock): string => (block.canSkip ? SKIP : pricedChoices(block)[0]!)

const allChoices = (block: PricedBlock) => [...pricedChoices(block), ...(block.canSkip ? [SKIP] : [])]

/** The random network of a round. */
export function contextOf(options: ProfileOptions, round: number): readonly string[] {
  const stream = random(options.seed, 'profile', 'context', round)
  return searchableBlocks(options).map(block => {
    const choices = allChoices(block)
    return choices[stream.integer(choices.length)]!
  })
}

/** Everything that a round measures, in the order in which it does: shuffled, so that drift hits all alike. */
export function probesOf(options: ProfileOptions, round: number): readonly Probe[] {
  const blocks = searchableBlocks(options)
  const probes: Probe[] = [
    ...blocks.flatMap((block, i) =>
      allChoices(block).map(
        choice => ({ kind: 'choice', key: `${block.name}/${choice}`, block: i, choice }) as const,
      ),
    ),
    ...blocks
      .filter(block => !block.canSkip)
      .flatMap(block =>
        [reference(block), SKIP].map(
          choice =>
            ({ kind: 'alone', key: `alone/${block.name}/${choice}`, block: block.name, choice }) as const,
        ),
      ),
    ...options.validation.map(
      (_, index) => ({ kind: 'validation', key: `validation/${index}`, index }) as const,
    ),
  ]
  const order = random(options.seed, 'profile', 'order', round).permutation(probes.length)
  return Array.from(order, i => probes[i]!)
}

/** The times of all probes of a round, made into what the table needs of it. */
export function closeRound(
  options: ProfileOptions,
  round: number,
  times: Readonly<Record<string, number>>,
): Round {
  const blocks = searchableBlocks(options)
  const context = contextOf(options, round)
  const own = blocks.map((block, i) => times[`${block.name}/${context[i]}`]!)
  return {
    context,
    contextMs: own.reduce((sum, ms) => sum + ms, 0) / own.length,
    differences: Object.fromEntries(
      blocks.flatMap(block =>
        pricedChoices(block).map(choice => [
          `${block.name}/${choice}`,
          times[`${block.name}/${choice}`]! - times[`${block.name}/${reference(block)}`]!,
        ]),
      ),
    ),
    alone: Object.fromEntries(
      blocks
        .filter(block => !block.canSkip)
        .map(block => [
          block.name,
          times[`alone/${block.name}/${reference(block)}`]! - times[`alone/${block.name}/${SKIP}`]!,
        ]),
    ),
    validation: options.validation.map((_, index) => times[`validation/${index}`]!),
  }
}
