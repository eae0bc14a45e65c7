import type { ChannelMap } from './channels.js'

/**
 * How the scores of the channels that make up an atom become one. The sum is what LeGR's authors take: a channel of a
 * residual stream then counts as much as all its filters together, and hardly ever goes. Mean and maximum judge it by
 * a typical or by its most important filter.
 */
export const REDUCTIONS = ['sum', 'mean', 'max'] as const
export type Reduce = (typeof REDUCTIONS)[number]

/** A score for each channel of some layers' outputs, by layer. */
export type ChannelScores = ReadonlyMap<string, Float64Array>

/** The score of each atom from those of its channels; `without` is that of an atom none of whose channels has one. */
export function atomScores(
  { of, atoms }: ChannelMap,
  scores: ChannelScores,
  reduce: Reduce,
  without = 0,
): Float64Array {
  const result = new Float64Array(atoms).fill(reduce === 'max' ? Number.NEGATIVE_INFINITY : 0)
  const counts = new Uint32Array(atoms)
  for (const [layer, values] of scores) {
    const tensor = of.get(layer)!
    for (let i = 0; i < values.length; i++) {
      const atom = tensor[i]!
      counts[atom]!++
      result[atom] = reduce === 'max' ? Math.max(result[atom]!, values[i]!) : result[atom]! + values[i]!
    }
  }
  for (let atom = 0; atom < atoms; atom++) {
    if (counts[atom] === 0) result[atom] = without
    else if (reduce === 'mean') result[atom]! /= counts[atom]!
  }
  return result
}
