import type { Dataset, Images } from './dataset.js'

/**
 * Mean and standard deviation of each channel over all pixels, on the scale 0 … 1.
 * Exact sums over a histogram, so the result does not depend on the order of images. A constant channel gets
 * std 1: it normalises to zero instead of dividing by it.
 */
export function channelStatistics(
  images: Images,
  shape: Dataset['shape'],
): { mean: number[]; std: number[] } {
  const channels = shape[2]
  const histogram = new Float64Array(channels * 256)
  const { pixels } = images
  for (let i = 0; i < pixels.length; i += channels)
    for (let c = 0; c < channels; c++) histogram[c * 256 + pixels[i + c]!]!++

  const count = pixels.length / channels
  const mean: number[] = []
  const std: number[] = []
  for (let c = 0; c < channels; c++) {
    let [sum, squares] = [0, 0]
    for (let value = 0; value < 256; value++) {
      const seen = histogram[c * 256 + value]!
      sum += seen * value
      squares += seen * value * value
    }
    const average = sum / count
    mean.push(average / 255)
    std.push(Math.sqrt(Math.max(squares / count - average * average, 0)) / 255 || 1)
  }
  return { mean, std }
}
