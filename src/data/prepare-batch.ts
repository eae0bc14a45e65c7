import { DataError } from '../errors.js'
import { type Augmentation, crop, cutout, drawAugmentation, flip } from './augment.js'
import type { Dataset } from './dataset.js'

/** Images ready for a network. */
export interface Batch {
  /** count × height × width × channels, normalised. */
  readonly images: Float32Array<ArrayBuffer>
  /** count class indices. */
  readonly labels: Int32Array<ArrayBuffer>
  readonly count: number
}

export interface BatchOptions {
  readonly dataset: Dataset
  readonly images: 'train' | 'test'
  /** Positions in that split, in the order of the batch. */
  readonly indices: Int32Array
  readonly augment?: Augmentation
  /** Name the random choices of the augmentation; not needed without one. */
  readonly seed?: number
  readonly epoch?: number
}

/**
 * Every byte's normalised value: entry 256·channel + byte is (byte / 255 − mean[channel]) / std[channel].
 */
export function normalisationTable({ mean, std }: Pick<Dataset, 'mean' | 'std'>): Float32Array<ArrayBuffer> {
  return Float32Array.from(
    { length: mean.length * 256 },
    (_, i) => ((i & 255) / 255 - mean[i >> 8]!) / std[i >> 8]!,
  )
}

/**
 * Normalises NHWC bytes, any number of images, one after the other: (byte / 255 − mean) / std per channel.
 * Writes to `into` or to a new array of the same length.
 */
export function normalise(
  bytes: Uint8Array,
  table: Float32Array,
  into: Float32Array<ArrayBuffer> = new Float32Array(bytes.length),
): Float32Array<ArrayBuffer> {
  const channels = table.length >> 8
  for (let i = 0; i < bytes.length; i += channels)
    for (let c = 0; c < channels; c++) into[i + c] = table[(c << 8) | bytes[i + c]!]!
  return into
}

/**
 * One batch: the images at `indices`, normalised and then, if asked, cropped, flipped and cut out. What padding
 * and cutout leave is 0 after normalisation. A pure function: equal arguments, equal batch.
 * @throws DataError when an index is not in the data.
 */
export function prepareBatch(options: BatchOptions): Batch {
  const { dataset, indices, augment, seed = 0, epoch = 0 } = options
  const { shape } = dataset
  const source = dataset[options.images]
  const size = shape[0] * shape[1] * shape[2]
  const table = normalisationTable(dataset)
  const images = new Float32Array(indices.length * size)
  const labels = new Int32Array(indices.length)
  const uncropped = new Float32Array(size)

  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!
    if (index < 0 || index >= source.count || (index + 1) * size > source.pixels.length)
      throw new DataError(
        `${dataset.name}: there is no ${options.images} image ${index}, only 0 … ${source.count - 1}`,
      )
    labels[i] = source.labels[index]!
    const bytes = source.pixels.subarray(index * size, (index + 1) * size)
    const image = images.subarray(i * size, (i + 1) * size)
    if (!augment) {
      normalise(bytes, table, image)
      continue
    }
    const draw = drawAugmentation(augment, shape, { seed, epoch, index })
    if (draw.top === 0 && draw.left === 0) normalise(bytes, table, image)
    else crop(normalise(bytes, table, uncropped), shape, draw, image)
    if (draw.flip) flip(image, shape, image)
    if (draw.hole) cutout(image, shape, draw.hole, image)
  }
  return { images, labels, count: indices.length }
}
