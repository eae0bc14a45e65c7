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

/** A line that breaks elsewhere in other letters moves what is below by about a row. */
const SHIFTS = [-1, 0, 1].map(rows => rows * WIDTH)

/**
 * How far two pictures of a light page are from each other: the share of what is drawn that is not in the same place,
 * or a row away from it; 0 for equal ones and 1 for such as have nothing in common.
 */
export async function distance(one: Buffer, other: Buffer): Promise<number> {
  const ink = async (png: Buffer) => [...(await coarse(png))].map(shade => 255 - shade)
  const [a, b] = [await ink(one), await ink(other)]
  const all = [...a, ...b].reduce((sum, each) => sum + each, 0)
  const apart = (shift: number) => a.reduce((sum, each, i) => sum + Math.abs(each - (b[i + shift] ?? 0)), 0)
  return Math.min(...SHIFTS.map(apart)) / all
}
