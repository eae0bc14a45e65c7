import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DataError } from '../errors.js'
import { allocateImages } from './allocate-images.js'
import type { Dataset, Images } from './dataset.js'
import { readDataFile } from './read-data-file.js'

const SHAPE = [32, 32, 3] as const
const PLANE = 32 * 32
const PIXELS = PLANE * 3

/** What differs between the binary versions of CIFAR-10 and CIFAR-100. */
interface Layout {
  readonly name: string
  readonly folder: string
  readonly archive: string
  readonly trainFiles: readonly string[]
  readonly testFile: string
  readonly namesFile: string
  readonly classes: readonly string[]
  /** Bytes before the pixels; the label is the last of them (CIFAR-100: coarse, then fine). */
  readonly labelBytes: number
  readonly mean: readonly number[]
  readonly std: readonly number[]
}

/**
 * What every CIFAR-10 has in common, the sample too. Mean and std are those that the usual CIFAR-10 models were
 * trained with (ImageNet's), not those of CIFAR-10 itself: such a model scores as published without a conversion.
 */
export const CIFAR10 = Object.freeze({
  shape: SHAPE,
  classes: Object.freeze(
    ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'], // the official order
  ),
  mean: Object.freeze([0.485, 0.456, 0.406]),
  std: Object.freeze([0.229, 0.224, 0.225]),
})

const CIFAR10_BINARY: Layout = {
  ...CIFAR10,
  name: 'cifar10',
  folder: 'cifar-10-batches-bin',
  archive: 'cifar-10-binary.tar.gz',
  trainFiles: [1, 2, 3, 4, 5].map(i => `data_batch_${i}.bin`),
  testFile: 'test_batch.bin',
  namesFile: 'batches.meta.txt',
  labelBytes: 1,
}

const CIFAR100_BINARY: Layout = {
  name: 'cifar100',
  folder: 'cifar-100-binary',
  archive: 'cifar-100-binary.tar.gz',
  trainFiles: ['train.bin'],
  testFile: 'test.bin',
  namesFile: 'fine_label_names.txt',
  classes: Array.from({ length: 100 }, (_, i) => `${i}`),
  labelBytes: 2,
  mean: [0.5071, 0.4867, 0.4408],
  std: [0.2675, 0.2565, 0.2761],
}

/**
 * CIFAR-10 in its binary version: `data_batch_1.bin` … `data_batch_5.bin`, `test_batch.bin`, optionally
 * `batches.meta.txt` with the class names, in `dir` or in `dir/cifar-10-batches-bin`. A batch may hold any whole
 * number of records. Mean and std are [.485 .456 .406] and [.229 .224 .225], the convention of the usual models.
 * @throws DataError for a missing or truncated file and for a label above 9.
 */
export const loadCifar10 = (dir: string): Promise<Dataset> => loadBinary(dir, CIFAR10_BINARY)

/**
 * CIFAR-100 in its binary version: `train.bin`, `test.bin`, optionally `fine_label_names.txt`, in `dir` or in
 * `dir/cifar-100-binary`; labelled with the 100 fine classes, normalised with CIFAR-100's own mean and std.
 * @throws DataError for a missing or truncated file and for a label above 99.
 */
export const loadCifar100 = (dir: string): Promise<Dataset> => loadBinary(dir, CIFAR100_BINARY)

async function loadBinary(dir: string, layout: Layout): Promise<Dataset> {
  const subfolder = join(dir, layout.folder)
  const root = existsSync(subfolder) ? subfolder : dir
  const { name, mean, std } = layout
  const classes = await classNames(join(root, layout.namesFile), layout)
  const train = await readRecords(
    layout.trainFiles.map(file => join(root, file)),
    layout,
  )
  const test = await readRecords([join(root, layout.testFile)], layout)
  return Object.freeze({ name, classes, shape: SHAPE, mean, std, train, test })
}

async function classNames(file: string, layout: Layout): Promise<readonly string[]> {
  if (!existsSync(file)) return layout.classes
  const names = (await readDataFile(file, '')).toString('utf8').split(/\r?\n/).filter(Boolean)
  if (names.length !== layout.classes.length)
    throw new DataError(
      `${file}: ${names.length} class names, expected ${layout.classes.length}; correct the file or remove it`,
    )
  return Object.freeze(names)
}

async function readRecords(files: readonly string[], layout: Layout): Promise<Images> {
  const remedy = `unpack ${layout.archive} from https://www.cs.toronto.edu/~kriz/cifar.html there`
  const size = layout.labelBytes + PIXELS
  const batches: Buffer[] = []
  for (const file of files) {
    const bytes = await readDataFile(file, remedy)
    if (bytes.length === 0 || bytes.length % size !== 0)
      throw new DataError(
        `${file}: ${bytes.length} bytes are not a whole number of ${size}-byte records; ` +
          `it is truncated or not a ${layout.name} binary batch, ${remedy}`,
      )
    batches.push(bytes)
  }

  const count = batches.reduce((sum, batch) => sum + batch.length / size, 0)
  const images = allocateImages(files[0]!, count, SHAPE)
  let at = 0
  for (const [f, batch] of batches.entries()) {
    for (let from = 0; from < batch.length; from += size, at++) {
      const label = batch[from + layout.labelBytes - 1]!
      if (label >= layout.classes.length)
        throw new DataError(
          `${files[f]}: record ${from / size} has label ${label}, ` +
            `expected 0 … ${layout.classes.length - 1}; the file is damaged, ${remedy}`,
        )
      images.labels[at] = label
      interleave(batch, from + layout.labelBytes, images.pixels, at * PIXELS)
    }
  }
  return images
}

/** Three planes (red, green, blue) to pixels of three bytes. */
function interleave(from: Uint8Array, start: number, to: Uint8Array, at: number): void {
  for (let p = 0; p < PLANE; p++) {
    to[at + p * 3] = from[start + p]!
    to[at + p * 3 + 1] = from[start + PLANE + p]!
    to[at + p * 3 + 2] = from[start + 2 * PLANE + p]!
  }
}
