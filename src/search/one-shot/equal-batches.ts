import type { LabelledImages } from '../../engine/index.js'

/**
 * The first `most` images of some batches in batches of one size, which is at most `size`: what does not fill a last
 * batch is left out, so that batch norms that take their statistics from the batch see as much in each.
 */
export function equalBatches(
  batches: Iterable<LabelledImages>,
  { most, size }: { readonly most: number; readonly size: number },
): LabelledImages[] {
  const taken: LabelledImages[] = []
  let have = 0
  for (const batch of batches) {
    if (have >= most) break
    taken.push(batch)
    have += batch.count
  }
  const total = Math.min(most, have)
  if (total === 0) return []
  const pixels = taken[0]!.images.length / taken[0]!.count
  const images = new Float32Array(have * pixels)
  const labels = new Int32Array(have)
  let at = 0
  for (const batch of taken) {
    images.set(batch.images, at * pixels)
    labels.set(batch.labels, at)
    at += batch.count
  }
  const number = Math.ceil(total / size)
  const count = Math.floor(total / number)
  return Array.from({ length: number }, (_, i) => ({
    images: images.slice(i * count * pixels, (i + 1) * count * pixels),
    labels: labels.slice(i * count, (i + 1) * count),
    count,
  }))
}
