import { random } from '../random.js'
import type { Dataset } from './dataset.js'

/** One image, height × width × channels: bytes, or normalised floats. */
export type Pixels = Uint8Array | Float32Array
type Shape = Dataset['shape']

/** What to do to training images; what is absent or 0 or false is not done. */
export interface Augmentation {
  /** Pad by this many pixels on every side, then crop back to the size at a random place. Usual for CIFAR: 4. */
  readonly crop?: number
  /** Mirror every second image, left to right. */
  readonly flip?: boolean
  /** Blank a square of this many pixels a side around a random place. */
  readonly cutout?: number
}

/** The choices made for one image. */
export interface AugmentationDraw {
  readonly top: number
  readonly left: number
  readonly flip: boolean
  readonly hole?: { readonly y: number; readonly x: number; readonly size: number }
}

/**
 * The choices for image `index` in `epoch`. They come from random(seed, 'augment', epoch, index): the same on
 * whatever thread and in whatever batch the image is prepared.
 */
export function drawAugmentation(
  { crop = 0, flip = false, cutout = 0 }: Augmentation,
  [height, width]: Shape,
  { seed, epoch, index }: { seed: number; epoch: number; index: number },
): AugmentationDraw {
  const stream = random(seed, 'augment', epoch, index)
  const top = crop > 0 ? stream.integer(2 * crop + 1) - crop : 0
  const left = crop > 0 ? stream.integer(2 * crop + 1) - crop : 0
  const mirrored = flip && stream.uniform() < 0.5
  if (cutout <= 0) return { top, left, flip: mirrored }
  return {
    top,
    left,
    flip: mirrored,
    hole: { y: stream.integer(height), x: stream.integer(width), size: cutout },
  }
}

/**
 * The image seen through a window of its own size, moved down by `top` and right by `left` pixels (negative: up,
 * left); what lies outside is 0. Batches crop after normalisation, so that the padding is the mean colour.
 * Writes to `into`, which must not be `image`, or to a new array.
 */
export function crop<T extends Pixels>(
  image: T,
  [height, width, channels]: Shape,
  { top, left }: { top: number; left: number },
  into: T = like(image),
): T {
  into.fill(0)
  const row = width * channels
  const from = Math.max(0, left)
  const to = Math.min(width, width + left)
  if (from >= to) return into
  for (let y = Math.max(0, -top); y < Math.min(height, height - top); y++) {
    const start = (y + top) * row
    into.set(
      image.subarray(start + from * channels, start + to * channels),
      y * row + (from - left) * channels,
    )
  }
  return into
}

/** The image mirrored, left to right. Writes to `into`, which may be `image`, or to a new array. */
export function flip<T extends Pixels>(image: T, [height, width, channels]: Shape, into: T = like(image)): T {
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width / 2; x++)
      for (let c = 0; c < channels; c++) {
        const a = (y * width + x) * channels + c
        const b = (y * width + width - 1 - x) * channels + c
        const value = image[a]!
        into[a] = image[b]!
        into[b] = value
      }
  return into
}

/**
 * The image with the square of `size` × `size` pixels around (y, x) set to 0, clipped at the borders (DeVries and
 * Taylor 2017); an even square reaches one pixel further up and left than down and right. Batches blank after
 * normalisation: the mean colour. Writes to `into`, which may be `image`, or to a new array.
 */
export function cutout<T extends Pixels>(
  image: T,
  [height, width, channels]: Shape,
  { y, x, size }: { y: number; x: number; size: number },
  into: T = like(image),
): T {
  if (into !== image) into.set(image)
  const top = y - Math.floor(size / 2)
  const left = x - Math.floor(size / 2)
  const from = Math.max(0, left)
  const to = Math.min(width, left + size)
  for (let row = Math.max(0, top); row < Math.min(height, top + size); row++)
    if (from < to) into.fill(0, (row * width + from) * channels, (row * width + to) * channels)
  return into
}

const like = <T extends Pixels>(image: T) =>
  new (image.constructor as new (length: number) => T)(image.length)
