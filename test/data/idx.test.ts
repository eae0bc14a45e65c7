import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { loadDataset } from '../../src/data/index.js'
import { DataError } from '../../src/errors.js'
import { packageRoot } from '../../src/package-root.js'
import { temporaryFolder } from './temporary-folder.js'

const root = temporaryFolder()

function idx(dims: number[], bytes: number[]): Buffer {
  const header = Buffer.alloc(4 + 4 * dims.length)
  header.writeUInt32BE(0x0800 + dims.length)
  for (const [i, dim] of dims.entries()) header.writeUInt32BE(dim, 4 + 4 * i)
  return Buffer.concat([header, Buffer.from(bytes)])
}

/** Three training images and one test image of 2×3 pixels. */
const FILES: Record<string, Buffer> = {
  'train-images-idx3-ubyte': idx(
    [3, 2, 3],
    Array.from({ length: 18 }, (_, i) => i),
  ),
  'train-labels-idx1-ubyte': idx([3], [2, 0, 1]),
  't10k-images-idx3-ubyte': idx([1, 2, 3], [9, 8, 7, 6, 5, 4]),
  't10k-labels-idx1-ubyte': idx([1], [1]),
}

let made = 0
function folder(changes: Record<string, Buffer> = {}): string {
  const dir = join(root, `${made++}`)
  mkdirSync(dir)
  for (const [file, bytes] of Object.entries({ ...FILES, ...changes })) {
    if (changes[`${file}.gz`] === undefined) writeFileSync(join(dir, file), bytes)
  }
  return `idx:${dir}`
}

const zipped = () =>
  Object.fromEntries(Object.entries(FILES).map(([file, bytes]) => [`${file}.gz`, gzipSync(bytes)]))

describe('idx files', () => {
  it.each([
    ['plain', {}],
    ['packed with gzip', zipped()],
  ])('are read %s', async (_, changes) => {
    const { shape, classes, train, test } = await loadDataset(folder(changes))
    expect(shape).toEqual([2, 3, 1])
    expect(classes).toEqual(['0', '1', '2'])
    expect([...train.pixels]).toEqual(Array.from({ length: 18 }, (_, i) => i))
    expect([...train.labels, ...test.labels]).toEqual([2, 0, 1, 1])
    expect([...test.pixels]).toEqual([9, 8, 7, 6, 5, 4])
  })

  it('are normalised with the mean and std of the training pixels', async () => {
    const { mean, std } = await loadDataset(folder())
    expect(mean[0]! * 255).toBeCloseTo(8.5, 10)
    expect(std[0]! * 255).toBeCloseTo(Math.sqrt((18 ** 2 - 1) / 12), 10)
  })

  const images = 'train-images-idx3-ubyte'
  it.each<[string, Record<string, Buffer>, RegExp]>([
    ['is truncated', { [images]: FILES[images]!.subarray(0, 30) }, /holds less than the 3×2×3 bytes/],
    ['ends within its header', { [images]: FILES[images]!.subarray(0, 9) }, /ends within its header/],
    [
      'is truncated before packing',
      { [`${images}.gz`]: gzipSync(FILES[images]!.subarray(0, 30)) },
      /holds less/,
    ],
    [
      'is cut off after packing',
      { [`${images}.gz`]: gzipSync(FILES[images]!).subarray(0, 35) },
      /cannot be unpacked/,
    ],
    ['has bytes too many', { [images]: Buffer.concat([FILES[images]!, Buffer.of(1)]) }, /holds more/],
    ['holds labels instead of images', { [images]: idx([18], []) }, /0x00000801, expected 0x00000803/],
    ['holds nothing', { [images]: idx([0, 2, 3], []) }, /holds no data \(0×2×3\)/],
  ])('are refused when one %s', async (_, changes, message) => {
    const error = await loadDataset(folder(changes)).catch(e => e)
    expect(error).toBeInstanceOf(DataError)
    expect(error.message).toMatch(message)
    expect(error.message).toContain(images)
  })

  it('that claim gigabytes, or unpack to them, cost no memory', async () => {
    const claim = idx([0xffffffff, 0xffffffff, 0xffffffff], [1, 2, 3])
    const bomb = gzipSync(Buffer.concat([FILES[images]!, Buffer.alloc(50e6)]))
    const before = process.memoryUsage().arrayBuffers
    await expect(loadDataset(folder({ [images]: claim }))).rejects.toThrow(/holds less/)
    await expect(loadDataset(folder({ [`${images}.gz`]: gzipSync(claim) }))).rejects.toThrow(/holds less/)
    await expect(loadDataset(folder({ [`${images}.gz`]: bomb }))).rejects.toThrow(
      /more than its header declares/,
    )
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10e6)
  })

  it('with a label for other images are refused', async () => {
    await expect(loadDataset(folder({ 'train-labels-idx1-ubyte': idx([2], [0, 1]) }))).rejects.toThrow(
      /train-labels-idx1-ubyte: 2 labels for 3 images/,
    )
    await expect(loadDataset(folder({ 't10k-labels-idx1-ubyte': idx([1], [3]) }))).rejects.toThrow(
      /t10k-labels-idx1-ubyte: label 3 of image 0 does not occur in training/,
    )
  })

  it('that are missing are reported with their path', async () => {
    await expect(loadDataset(`idx:${join(root, 'none')}`)).rejects.toThrow(
      /none.train-images-idx3-ubyte: no such file, nor with \.gz/,
    )
  })

  const mnist = join(packageRoot, '..', 'shared', 'data', 'mnist')
  it.skipIf(!existsSync(mnist))('hold MNIST (needs ../shared)', async () => {
    const { train, test, shape, classes, mean, std } = await loadDataset(`idx:${mnist}`)
    expect([train.count, test.count, classes.length, ...shape]).toEqual([60_000, 10_000, 10, 28, 28, 1])
    expect([...train.labels.subarray(0, 5), ...test.labels.subarray(0, 5)]).toEqual([
      5, 0, 4, 1, 9, 7, 2, 1, 0, 4,
    ])
    expect(mean[0]).toBeCloseTo(0.1307, 4)
    expect(std[0]).toBeCloseTo(0.3081, 4)
  })
})
