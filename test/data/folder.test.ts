import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadDataset } from '../../src/data/index.js'
import { png } from '../fuzz/formats.js'
import { temporaryFolder } from './temporary-folder.js'

const root = temporaryFolder()
const pets = join(root, 'pets')

async function image(
  file: string,
  [r, g, b]: [number, number, number],
  width = 12,
  height = 12,
): Promise<void> {
  mkdirSync(dirname(file), { recursive: true })
  await sharp({ create: { width, height, channels: 3, background: { r, g, b } } }).toFile(file)
}

/** A copy of the class folders to spoil. */
function copy(name: string): string {
  cpSync(pets, join(root, name), { recursive: true })
  return join(root, name)
}

beforeAll(async () => {
  await image(join(pets, 'train', 'dog', 'b.png'), [200, 100, 50])
  await image(join(pets, 'train', 'dog', 'a.jpg'), [0, 0, 0])
  await image(join(pets, 'train', 'cat', 'one.PNG'), [10, 20, 30])
  await image(join(pets, 'test', 'dog', 'x.jpeg'), [255, 255, 255])
  writeFileSync(join(pets, 'train', 'dog', 'notes.txt'), 'not an image')
})

describe('class folders', () => {
  it('hold PNG and JPEG, taken in sorted order', async () => {
    const { name, classes, shape, train, test } = await loadDataset(`folder:${pets}`)
    expect({ name, classes, shape }).toEqual({ name: 'pets', classes: ['cat', 'dog'], shape: [12, 12, 3] })
    expect([...train.labels]).toEqual([0, 1, 1])
    const first = [0, 1, 2].map(i => [...train.pixels.subarray(i * 432, i * 432 + 3)])
    expect(first).toEqual([
      [10, 20, 30],
      [0, 0, 0],
      [200, 100, 50],
    ])
    expect([...test.labels, ...test.pixels.subarray(0, 3)]).toEqual([1, 255, 255, 255])
  })

  it('are normalised with the mean and std of the training pixels', async () => {
    const { mean, std } = await loadDataset(`folder:${pets}`)
    expect(mean.map(m => m * 255)).toEqual([70, 40, 80 / 3].map(m => expect.closeTo(m, 8)))
    expect(std[0]! * 255).toBeCloseTo(Math.sqrt((60 ** 2 + 70 ** 2 + 130 ** 2) / 3), 8)
  })

  it('may call the test folder val', async () => {
    const dir = copy('with-val')
    cpSync(join(dir, 'test'), join(dir, 'val'), { recursive: true })
    rmSync(join(dir, 'test'), { recursive: true })
    expect((await loadDataset(`folder:${dir}`)).test.count).toBe(1)
  })

  it('hold images of one size, or are scaled to one', async () => {
    const dir = copy('sizes')
    await image(join(dir, 'train', 'dog', 'c.png'), [1, 2, 3], 20, 16)
    await expect(loadDataset(`folder:${dir}`)).rejects.toThrow(
      /c\.png: 20×16 pixels.*12×12.*folder:DIR\?size=12/,
    )
    const { shape, train } = await loadDataset(`folder:${dir}?size=8`)
    expect([...shape, train.count]).toEqual([8, 8, 3, 4])
    expect([...train.pixels.subarray(3 * 192, 3 * 192 + 3)]).toEqual([1, 2, 3])
  })

  it('turn grey and transparent images into RGB', async () => {
    const dir = copy('kinds')
    const grey = { width: 12, height: 12, channels: 1 as const }
    await sharp(Buffer.alloc(144, 77), { raw: grey })
      .toColourspace('b-w')
      .toFile(join(dir, 'train', 'cat', 'grey.png'))
    const clear = {
      width: 12,
      height: 12,
      channels: 4 as const,
      background: { r: 4, g: 5, b: 6, alpha: 0.5 },
    }
    await sharp({ create: clear }).toFile(join(dir, 'train', 'cat', 'clear.png'))
    const { train } = await loadDataset(`folder:${dir}`)
    expect([...train.pixels.subarray(0, 3), ...train.pixels.subarray(432, 435)]).toEqual([
      4, 5, 6, 77, 77, 77,
    ])
  })

  it('with a corrupt image are refused, and the image named', async () => {
    for (const file of ['a.jpg', 'b.png']) {
      const dir = copy(`corrupt-${file}`)
      const path = join(dir, 'train', 'dog', file)
      writeFileSync(path, readFileSync(path).subarray(0, -40))
      await expect(loadDataset(`folder:${dir}`)).rejects.toThrow(`${path}: cannot be decoded`)
    }
  })

  it('with an image of more pixels than memory should hold are refused by its header', async () => {
    const dir = copy('bomb')
    const path = join(dir, 'train', 'dog', 'b.png')
    const [header, ...rest] = png.open(readFileSync(path)) as readonly { type: string; data: Uint8Array }[]
    const data = Uint8Array.from(header!.data).fill(0xff, 1, 4).fill(0, 0, 1)
    writeFileSync(path, png.close([{ type: 'IHDR', data }, ...rest]))
    await expect(loadDataset(`folder:${dir}`)).rejects.toThrow(/b\.png: cannot be decoded .*pixel limit/)
  })

  it.each<[string, (dir: string) => void, RegExp]>([
    ['no test folder', dir => rmSync(join(dir, 'test'), { recursive: true }), /no test folder; put images/],
    [
      'no training folder',
      dir => rmSync(join(dir, 'train'), { recursive: true }),
      /train: no such folder; put one/,
    ],
    ['an empty class', dir => mkdirSync(join(dir, 'train', 'emu')), /emu: no \.png, \.jpg or \.jpeg in it/],
    ['a class only in test', dir => mkdirSync(join(dir, 'test', 'fox')), /class fox has no training images/],
    ['no test images', dir => rmSync(join(dir, 'test', 'dog', 'x.jpeg')), /test: no \.png, \.jpg or \.jpeg/],
  ])('with %s are refused', async (what, spoil, message) => {
    const dir = copy(what)
    spoil(dir)
    await expect(loadDataset(`folder:${dir}`)).rejects.toThrow(message)
  })

  it('refuse an option they do not have', async () => {
    await expect(loadDataset(`folder:${pets}?size=0`)).rejects.toThrow(
      /size=0 is not an option; use \?size=N/,
    )
    await expect(loadDataset(`folder:${pets}?side=9`)).rejects.toThrow(/side=9/)
  })
})
