import { join } from 'node:path'
import { DataError } from '../errors.js'
import { packageRoot } from '../package-root.js'
import { allocateImages } from './allocate-images.js'
import { CIFAR10 } from './cifar.js'
import type { Dataset, Images } from './dataset.js'
import { decodeImage } from './decode-image.js'
import { readDataFile } from './read-data-file.js'

/**
 * The sample of CIFAR-10 that ships with Tandem: 4,000 training images, 400 of each class, and the first 1,000
 * test images. Classes, mean and std are CIFAR-10's, see `loadCifar10`.
 * @throws DataError when the package's copy is damaged.
 */
export async function loadSample(): Promise<Dataset> {
  const dir = join(packageRoot, 'datasets', 'cifar10-sample')
  const strips = [0, 1, 2, 3].map(i => join(dir, `train_0${i}.png`))
  return Object.freeze({
    name: 'cifar10-sample',
    ...CIFAR10,
    train: await readStrips(strips, join(dir, 'train_labels.u8')),
    test: await readStrips([join(dir, 'test_00.png')], join(dir, 'test_labels.u8')),
  })
}

/** Strips of images one below the other: decoded, their bytes are the images back to back. */
async function readStrips(strips: readonly string[], labelFile: string): Promise<Images> {
  const labels = await readDataFile(labelFile, 'install Tandem again')
  const images = allocateImages(labelFile, labels.length, CIFAR10.shape)
  let at = 0
  for (const strip of strips) {
    const { pixels, width } = await decodeImage(strip)
    if (width !== 32 || at + pixels.length > images.pixels.length)
      throw new DataError(`${strip}: not the strip of images it should be; install Tandem again`)
    images.pixels.set(pixels, at)
    at += pixels.length
  }
  if (at !== images.pixels.length)
    throw new DataError(`${labelFile}: ${labels.length} labels for other images; install Tandem again`)
  images.labels.set(labels)
  return images
}
