import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { constants, gunzip, gunzipSync } from 'node:zlib'
import { DataError } from '../errors.js'
import { allocateImages } from './allocate-images.js'
import type { Dataset, Images } from './dataset.js'
import { readDataFile } from './read-data-file.js'
import { withOwnStatistics } from './with-own-statistics.js'

const GZIP_MAX_RATIO = 1032 // the most that deflate can expand

/**
 * A data set in MNIST's files: `train-images-idx3-ubyte`, `train-labels-idx1-ubyte` and the same for `t10k`,
 * plain or `.gz`. Images have one channel. The classes are the numbers 0 … largest training label; mean and std
 * are computed from the training pixels.
 * @throws DataError for a missing, damaged or truncated file, before memory is taken for what a header claims.
 */
export async function loadIdx(dir: string): Promise<Dataset> {
  const train = await readSplit(dir, 'train')
  const test = await readSplit(dir, 't10k')
  const shape = train.shape
  if (shape.join() !== test.shape.join())
    throw new DataError(
      `${test.file}: images of ${test.shape.join('×')}, but the training images are ${shape.join('×')}; ` +
        'the two files are not of one data set',
    )
  const largest = train.images.labels.reduce((a, b) => Math.max(a, b), 0)
  const stray = test.images.labels.findIndex(label => label > largest)
  if (stray >= 0)
    throw new DataError(
      `${test.labelFile}: label ${test.images.labels[stray]} of image ${stray} does not occur in training ` +
        `(0 … ${largest}); the two files are not of one data set`,
    )
  const classes = Object.freeze(Array.from({ length: largest + 1 }, (_, i) => `${i}`))
  return withOwnStatistics(dir, { classes, shape, train: train.images, test: test.images })
}

async function readSplit(dir: string, prefix: 'train' | 't10k') {
  const file = find(dir, prefix, 'images', 3)
  const labelFile = find(dir, prefix, 'labels', 1)
  const images = await readIdx(file, 3)
  const labels = await readIdx(labelFile, 1)
  const [count, height, width] = images.dims as [number, number, number]
  if (labels.dims[0] !== count)
    throw new DataError(
      `${labelFile}: ${labels.dims[0]} labels for ${count} images in ${basename(file)}; ` +
        'the two files are not of one data set',
    )
  const shape = Object.freeze([height, width, 1] as const)
  const result: Images = allocateImages(file, count, shape)
  result.pixels.set(images.data)
  result.labels.set(labels.data)
  return { file, labelFile, shape, images: result }
}

/** MNIST's name of a file, plain or packed; some copies have a dot before `idx`. */
function find(dir: string, prefix: string, what: string, dims: number): string {
  const names = ['-', '.'].flatMap(dot => {
    const name = join(dir, `${prefix}-${what}${dot}idx${dims}-ubyte`)
    return [name, `${name}.gz`]
  })
  const found = names.find(existsSync)
  if (found) return found
  throw new DataError(`${names[0]}: no such file, nor with .gz; put the four files named as MNIST's there`)
}

/** The unsigned bytes of one idx file, and the extents that its header declares. */
async function readIdx(file: string, rank: number): Promise<{ dims: number[]; data: Uint8Array }> {
  const bytes = await readDataFile(file, 'put the four files named as MNIST’s there')
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b
  const start = packed ? unpackStart(file, bytes) : bytes
  const headerBytes = 4 + 4 * rank
  if (start.length >= 4 && start.readUInt32BE(0) !== 0x0800 + rank)
    throw new DataError(
      `${file}: starts with 0x${start.toString('hex', 0, 4)}, expected 0x0000080${rank} ` +
        `(unsigned bytes, ${rank} dimension${rank > 1 ? 's' : ''}); it is not such an idx file`,
    )
  if (start.length < headerBytes)
    throw new DataError(`${file}: ends within its header; it is truncated, fetch it again`)
  const dims = Array.from({ length: rank }, (_, i) => start.readUInt32BE(4 + 4 * i))
  const expected = headerBytes + dims.reduce((a, b) => a * b, 1)
  if (expected === headerBytes) throw new DataError(`${file}: holds no data (${dims.join('×')})`)
  if (expected > bytes.length * (packed ? GZIP_MAX_RATIO : 1)) throw mismatch(file, dims, 'less')

  const content = packed ? await unpack(file, bytes, expected) : bytes
  if (content.length > expected) throw mismatch(file, dims, 'more')
  if (content.length < expected) throw mismatch(file, dims, 'less')
  return { dims, data: content.subarray(headerBytes) }
}

const mismatch = (file: string, dims: number[], amount: 'less' | 'more') =>
  new DataError(
    `${file}: holds ${amount} than the ${dims.join('×')} bytes its header declares; ` +
      'it is truncated or damaged, fetch it again',
  )

const damaged = (file: string, error: unknown) =>
  new DataError(`${file}: cannot be unpacked (${(error as Error).message}); it is damaged, fetch it again`)

function unpackStart(file: string, bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes.subarray(0, 1024), { finishFlush: constants.Z_SYNC_FLUSH })
  } catch (error) {
    throw damaged(file, error)
  }
}

async function unpack(file: string, bytes: Buffer, expected: number): Promise<Buffer> {
  try {
    // One byte more than declared is enough to see that there is more.
    return await promisify(gunzip)(bytes, { maxOutputLength: expected + 1 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new DataError(`${file}: unpacks to more than its header declares; it is damaged, fetch it again`)
    throw damaged(file, error)
  }
}
