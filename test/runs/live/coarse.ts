import sharp from 'sharp'

const [WIDTH, HEIGHT] = [24, 32]

/** A picture as 24 × 32 shades of grey: where there is something on a page, whatever the letters look like. */
export const coarse = (png: Buffer): Promise<Buffer> =>
  sharp(png)
    .flatten({ background: '#ffffff' })
    .greyscale()
    .resize(WIDTH, HEIGHT, { fit: 'fill' })
    .raw()
    .toBuffer()

/** The same as a picture. */
export const coarsePng = async (png: Buffer): Promise<Buffer> =>
  sharp(await coarse(png), { raw: { width: WIDTH, height: HEIGHT, channels: 1 } })
    .png()
    .toBuffer()

/** How far two pictures are from each other, on average, in shades of 256. */
export async function distance(one: Buffer, other: Buffer): Promise<number> {
  const [a, b] = [await coarse(one), await coarse(other)]
  return a.reduce((sum, shade, i) => sum + Math.abs(shade - b[i]!), 0) / a.length
}
