import { InputError } from '../errors.js'
import type { Group } from './groups.js'

/** What every group, and so every layer, keeps of its channels at the least, unless told otherwise (LeGR's authors). */
export const KEEP_AT_LEAST = 0.1

/**
 * Atoms in the order in which they go: the lowest score first, passing over those that would leave a group with less
 * than `keepAtLeast` of its channels, or with none. All that a layer holds is of one group or more, so no layer is
 * left with less either. Equal scores go by number. Fixed atoms are not among them.
 * Throws InputError for a share that is not from 0 to 1.
 */
export function removalOrder(
  groups: readonly Group[],
  scores: Float64Array,
  keepAtLeast = KEEP_AT_LEAST,
): Int32Array {
  if (!(keepAtLeast >= 0 && keepAtLeast <= 1))
    throw new InputError(`a share of channels to keep at least of ${keepAtLeast}: must be from 0 to 1`)
  // Two infinite scores are equal, though their difference is not a number.
  const ascending = (a: number, b: number) => scores[a]! - scores[b]! || a - b
  const removable = groups
    .filter(({ fixed }) => fixed === undefined)
    .flatMap(({ atoms }) => {
      const kept = Math.max(1, Math.ceil(keepAtLeast * atoms.length))
      return [...atoms].sort(ascending).slice(0, atoms.length - kept)
    })
  return Int32Array.from(removable.sort(ascending))
}

/**
 * The first `count` atoms of an order, less those that come back so that every group that loses any keeps a multiple
 * of `roundTo` channels (or all it had): of a group, the last to go come back first.
 */
export function removedAtoms(
  order: Int32Array,
  count: number,
  groups: readonly Group[],
  roundTo = 1,
): readonly number[] {
  const removed = [...order.subarray(0, count)]
  if (roundTo === 1) return removed
  const groupOf = new Map(groups.flatMap((group, g) => group.atoms.map(atom => [atom, g] as const)))
  const byGroup = groups.map((): number[] => [])
  for (const atom of removed) byGroup[groupOf.get(atom)!]!.push(atom)
  return groups.flatMap(({ atoms, channels }, g) => {
    const gone = byGroup[g]!
    const step = roundTo / greatestCommonDivisor(roundTo, channels)
    const kept = Math.ceil((atoms.length - gone.length) / step) * step
    return gone.slice(0, Math.max(0, atoms.length - kept))
  })
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b)
