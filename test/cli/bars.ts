import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { random } from '../../src/random.js'

/** Bytes in MNIST's format: dimensions, then a value for each position. */
export function idx(dims: readonly number[], value: (i: number) => number): Buffer {
  const header = Buffer.alloc(4 + 4 * dims.length)
  header.writeUInt32BE(0x0800 + dims.length)
  for (const [i, dim] of dims.entries()) header.writeUInt32BE(dim, 4 + 4 * i)
  const length = dims.reduce((a, b) => a * b)
  return Buffer.concat([header, Buffer.from(Array.from({ length }, (_, i) => value(i)))])
}

/** A data set in MNIST's form in a new folder: a bright bar at the height of its class, in noise; 40 test images. */
export function barsData(
  dir: string,
  name: string,
  { train, classes = 5, size = 8 }: { train: number; classes?: number; size?: number },
): string {
  mkdirSync(dir)
  const stream = random(1, name)
  for (const [prefix, count] of [
    ['train', train],
    ['t10k', 40],
  ] as const) {
    const pixel = (i: number) => {
      const [image, row] = [Math.floor(i / size ** 2), Math.floor((i % size ** 2) / size)]
      return (row === image % classes ? 160 : 0) + stream.integer(90)
    }
    writeFileSync(join(dir, `${prefix}-images-idx3-ubyte`), idx([count, size, size], pixel))
    writeFileSync(
      join(dir, `${prefix}-labels-idx1-ubyte`),
      idx([count], i => i % classes),
    )
  }
  return `idx:${dir}`
}
