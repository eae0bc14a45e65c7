const BINS = 4096

/** How often values have which size |x|: 4096 bins from 0 to a power of two that grows with them. */
export interface SizeHistogram {
  readonly counts: Float64Array
  /** Upper end of the last bin, a power of two; 0 before the first value that is not 0. */
  high: number
  largest: number
  zeros: number
  total: number
}

export const sizeHistogram = (): SizeHistogram => ({
  counts: new Float64Array(BINS),
  high: 0,
  largest: 0,
  zeros: 0,
  total: 0,
})

/** Counts values in; a value that is no finite number makes `largest` infinite or NaN. */
export function countSizes(histogram: SizeHistogram, values: Float32Array): void {
  let largest = 0
  for (const value of values) {
    const size = Math.abs(value)
    if (!(size <= largest)) largest = size
  }
  histogram.largest = largest > histogram.largest || Number.isNaN(largest) ? largest : histogram.largest
  histogram.total += values.length
  if (!Number.isFinite(largest)) return
  reach(histogram, largest)
  const { counts, high } = histogram
  const scale = high > 0 ? BINS / high : 0
  for (const value of values) {
    const size = Math.abs(value)
    if (size === 0) histogram.zeros++
    else counts[Math.min(BINS - 1, Math.floor(size * scale))]!++
  }
}

/** Doubles the range until it holds `size`: two bins become one. */
function reach(histogram: SizeHistogram, size: number): void {
  const { counts } = histogram
  if (histogram.high === 0 && size > 0) histogram.high = 2 ** Math.ceil(Math.log2(size))
  while (histogram.high < size) {
    for (let bin = 0; bin < BINS; bin++)
      counts[bin] = bin < BINS / 2 ? counts[2 * bin]! + counts[2 * bin + 1]! : 0
    histogram.high *= 2
  }
}

/** The size that `percent` % of the values that are not 0 do not exceed, to the end of a bin; the largest for 100. */
export function percentile(histogram: SizeHistogram, percent: number): number {
  const { counts, high, largest, zeros, total } = histogram
  if (percent >= 100 || !(high > 0)) return largest
  const wanted = (percent / 100) * (total - zeros)
  let reached = 0
  for (let bin = 0; bin < BINS; bin++) {
    reached += counts[bin]!
    if (reached >= wanted) return Math.min(largest, ((bin + 1) * high) / BINS)
  }
  return largest
}

/** Share of the values that are not 0 whose size is above `size`, to a bin. */
export function shareAbove({ counts, high, zeros, total }: SizeHistogram, size: number): number {
  if (total === zeros) return 0
  let above = 0
  for (let bin = 0; bin < BINS; bin++) if (((bin + 1) * high) / BINS > size) above += counts[bin]!
  return above / (total - zeros)
}
