import { random } from '../random.js'
import type { PoolOrder } from './pool-config.js'

/** A convolution with what pooling it alone saves (ms or MACs, above 0) and does harm. */
export interface Candidate {
  readonly layer: string
  readonly saved: number
  /** How much pooling it alone raises the cross-entropy, or how large the error of its output is; 0 for `random`. */
  readonly harm: number
}

/**
 * The order in which convolutions are pooled: ascending by max(0, harm) / saved, the harm that a millisecond or a
 * multiply-accumulate costs. Those that do no harm come first, the one that saves most before the others; what is equal
 * stays in the network's order. For `random` a permutation drawn by `seed`.
 */
export function poolingOrder(
  candidates: readonly Candidate[],
  order: PoolOrder,
  seed: number,
): readonly Candidate[] {
  if (order === 'random')
    return [...random(seed, 'pooling order').permutation(candidates.length)].map(i => candidates[i]!)
  const price = ({ harm, saved }: Candidate) => Math.max(0, harm) / saved
  return candidates.toSorted((a, b) => price(a) - price(b) || b.saved - a.saved)
}

/**
 * An order cut into the groups of rounds: of `groupSize` convolutions each, no more than `rounds` of them; or, without
 * `groupSize`, `rounds` groups that save about the same, fewer where one convolution saves more than its share.
 */
export function poolingGroups(
  order: readonly Candidate[],
  { rounds, groupSize }: { readonly rounds: number | undefined; readonly groupSize: number | undefined },
  otherwise: number,
): readonly (readonly string[])[] {
  const groups: string[][] = []
  const total = order.reduce((sum, { saved }) => sum + saved, 0)
  const number = rounds ?? (groupSize === undefined ? otherwise : order.length)
  let before = 0
  for (const [place, { layer, saved }] of order.entries()) {
    const share = (before + saved / 2) / total
    const group =
      groupSize === undefined
        ? Math.min(Math.floor(number * share), number - 1)
        : Math.floor(place / groupSize)
    before += saved
    if (group >= number) break
    groups[group] = [...(groups[group] ?? []), layer]
  }
  return groups.filter(group => group !== undefined)
}
