import { existsSync, statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DataError } from '../errors.js'
import { allocateImages } from './allocate-images.js'
import type { Dataset, Images } from './dataset.js'
import { decodeImage } from './decode-image.js'
import { withOwnStatistics } from './with-own-statistics.js'

const AT_ONCE = 16 // images in memory twice; sharp decodes on its own threads

/** An image file and the index of its class. */
interface Entry {
  readonly file: string
  readonly label: number
}

/**
 * Class folders: `dir/train/CLASS/*.png|jpg|jpeg` and `dir/test/CLASS/…` (or `dir/val/CLASS/…`). Classes and
 * files are taken in sorted order; grey images become RGB. All images have one size, or are scaled to cover
 * size × size and cropped to their centre. Mean and std are computed from the training pixels.
 * @throws DataError for a missing folder, an empty class, an image that cannot be decoded or has another size.
 */
export async function loadFolder(dir: string, { size }: { size?: number } = {}): Promise<Dataset> {
  const trainDir = join(dir, 'train')
  if (!existsSync(trainDir))
    throw new DataError(`${trainDir}: no such folder; put one folder of training images per class there`)
  const testDir = [join(dir, 'test'), join(dir, 'val')].find(existsSync)
  if (!testDir)
    throw new DataError(
      `${dir}: no test folder; put images that are not trained on into test/CLASS (or val/CLASS)`,
    )

  const classes = Object.freeze(await sorted(trainDir, 'folders'))
  if (classes.length === 0)
    throw new DataError(`${trainDir}: no class folders; put one folder per class there`)
  const stray = (await sorted(testDir, 'folders')).find(name => !classes.includes(name))
  if (stray !== undefined)
    throw new DataError(
      `${join(testDir, stray)}: class ${stray} has no training images; add ${join(trainDir, stray)} or remove it`,
    )

  const trainEntries = await list(trainDir, classes, true)
  const testEntries = await list(testDir, classes, false)
  const first = await decodeImage(trainEntries[0]!.file, size)
  const shape = Object.freeze([first.height, first.width, 3] as const)
  const train = await decodeAll(trainEntries, shape, size)
  const test = await decodeAll(testEntries, shape, size)
  return withOwnStatistics(dir, { classes, shape, train, test })
}

/** Names in a folder by code unit, the same on every machine and locale; hidden ones left out. */
async function sorted(dir: string, kind: 'folders' | 'files'): Promise<string[]> {
  const names = (await readdir(dir)).filter(name => !name.startsWith('.')).sort()
  return names.filter(name => statSync(join(dir, name)).isDirectory() === (kind === 'folders'))
}

async function list(dir: string, classes: readonly string[], everyClass: boolean): Promise<Entry[]> {
  const entries: Entry[] = []
  for (const [label, name] of classes.entries()) {
    const folder = join(dir, name)
    const files = existsSync(folder) ? await sorted(folder, 'files') : []
    const images = files.filter(file => /\.(png|jpe?g)$/i.test(file))
    if (everyClass && images.length === 0)
      throw new DataError(`${folder}: no .png, .jpg or .jpeg in it; add images or remove the folder`)
    for (const file of images) entries.push({ file: join(folder, file), label })
  }
  if (entries.length === 0)
    throw new DataError(`${dir}: no .png, .jpg or .jpeg in its class folders; put images there`)
  return entries
}

async function decodeAll(entries: Entry[], shape: Dataset['shape'], size?: number): Promise<Images> {
  const [height, width, channels] = shape
  const images = allocateImages(entries[0]!.file, entries.length, shape)
  for (let start = 0; start < entries.length; start += AT_ONCE) {
    const group = entries.slice(start, start + AT_ONCE)
    // All of a group settle before the first failure is reported, so that it is always the same one.
    const results = await Promise.allSettled(group.map(entry => decodeImage(entry.file, size)))
    for (const [i, result] of results.entries()) {
      if (result.status === 'rejected') throw result.reason
      const decoded = result.value
      if (decoded.height !== height || decoded.width !== width)
        throw new DataError(
          `${group[i]!.file}: ${decoded.width}×${decoded.height} pixels, but the first training image has ` +
            `${width}×${height}; scale all of them with folder:DIR?size=${Math.min(width, height)}`,
        )
      images.pixels.set(decoded.pixels, (start + i) * height * width * channels)
      images.labels[start + i] = group[i]!.label
    }
  }
  return images
}
