import { DataError } from '../errors.js'

/** Of an image before it is scaled: a small file can stand for many, and they take 200 MB. */
const MOST_PIXELS = 2 ** 26

/** Decoded pixels: height × width × 3 bytes. */
export interface DecodedImage {
  readonly pixels: Uint8Array
  readonly height: number
  readonly width: number
}

/**
 * Decodes a PNG or JPEG to RGB bytes: grey becomes three equal channels, transparency is dropped, a photo is
 * turned upright. With `size` it is scaled to cover size × size and its centre is kept.
 * @throws DataError naming the file when it cannot be decoded, or has more than 67 million pixels.
 */
export async function decodeImage(file: string, size?: number): Promise<DecodedImage> {
  const { default: sharp } = await import('sharp')
  try {
    const image = sharp(file, { failOn: 'warning', limitInputPixels: MOST_PIXELS }).autoOrient()
    if (size !== undefined) image.resize(size, size, { fit: 'cover' })
    const { data, info } = await image
      .removeAlpha()
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    return { pixels: data, height: info.height, width: info.width }
  } catch (error) {
    throw new DataError(
      `${file}: cannot be decoded (${(error as Error).message.trim()}); repair the image or remove it`,
    )
  }
}
