import { DataError } from '../errors.js'
import { random } from '../random.js'
import type { Images } from './dataset.js'

/** Positions of training images, ascending: to fit on, and held out to choose by. */
export interface TrainingSplit {
  readonly fit: Int32Array<ArrayBuffer>
  readonly heldOut: Int32Array<ArrayBuffer>
}

export interface SplitOptions {
  /** Share of each class to hold out, 0 ≤ heldOut < 1. */
  readonly heldOut?: number
  /** Share of what remains of each class to fit on, 0 < share ≤ 1. */
  readonly share?: number
  readonly seed: number
}

/**
 * Splits the training images, each class by itself, so that both parts have the classes in the same proportions.
 * Which images are held out depends on `seed` and `heldOut` alone; a smaller `share` is a subset of a larger one.
 * Numbers per class are rounded; at least one image of each class remains to fit on.
 * @throws DataError when a share is out of range or a part would be empty.
 */
export function splitTraining(
  images: Pick<Images, 'labels'>,
  { heldOut = 0.1, share = 1, seed }: SplitOptions,
): TrainingSplit {
  if (!(heldOut >= 0 && heldOut < 1))
    throw new DataError(`held-out share ${heldOut}: must be at least 0 and below 1`)
  if (!(share > 0 && share <= 1))
    throw new DataError(`share of the training images ${share}: must be above 0, at most 1`)

  const members = new Map<number, number[]>()
  for (const [index, label] of images.labels.entries()) {
    const known = members.get(label)
    if (known) known.push(index)
    else members.set(label, [index])
  }

  const fit: number[] = []
  const held: number[] = []
  for (const [label, indices] of members) {
    const order = random(seed, 'split', label).permutation(indices.length)
    const holds = Math.min(Math.round(indices.length * heldOut), indices.length - 1)
    const fits = Math.max(1, Math.round((indices.length - holds) * share))
    for (let i = 0; i < holds; i++) held.push(indices[order[i]!]!)
    for (let i = holds; i < holds + fits; i++) fit.push(indices[order[i]!]!)
  }
  if (fit.length === 0) throw new DataError('no training images to split')
  if (heldOut > 0 && held.length === 0)
    throw new DataError(
      `held-out share ${heldOut} of ${images.labels.length} training images holds out none; raise it`,
    )
  return Object.freeze({ fit: Int32Array.from(fit).sort(), heldOut: Int32Array.from(held).sort() })
}
