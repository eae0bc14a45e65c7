import { execFileSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, it } from 'vitest'
import {
  type Batch,
  type BatchSource,
  type BatchSourceOptions,
  openBatches,
  prepareBatch,
} from '../../src/data/index.js'
import { DataError } from '../../src/errors.js'
import { tinyDataset } from './tiny-dataset.js'

const dataset = tinyDataset()
const all = Int32Array.from({ length: 50 }, (_, i) => i)
const opened: BatchSource[] = []

function open(options: Partial<BatchSourceOptions> = {}): BatchSource {
  const source = openBatches({ dataset, images: 'train', indices: all, batchSize: 8, seed: 7, ...options })
  opened.push(source)
  return source
}
afterEach(async () => {
  await Promise.all(opened.splice(0).map(source => source.close()))
})

/** Which images are in a batch: each has its index as its first byte. */
const members = ({ images, count }: Batch) =>
  Array.from({ length: count }, (_, i) => Math.round((images[i * 192]! * 0.229 + 0.485) * 255) + 0)

async function epochOf(source: BatchSource, epoch: number): Promise<Batch[]> {
  const batches: Batch[] = []
  for (let step = 0; step < source.stepsPerEpoch; step++) batches.push(await source.batch(epoch, step))
  return batches
}

describe('batches', () => {
  it('hold every image once per epoch, in a new order each time', async () => {
    const source = open()
    const orders = [await epochOf(source, 0), await epochOf(source, 1)].map(batches =>
      batches.flatMap(members),
    )
    for (const order of orders) expect([...order].sort((a, b) => a - b)).toEqual([...all])
    expect(orders[0]).not.toEqual(orders[1])
    expect(orders[0]).not.toEqual([...all])
  })

  it('are a function of epoch and step, in whatever order and by whatever source', async () => {
    const augment = { crop: 2, flip: true, cutout: 3 }
    const first = open({ augment })
    const expected = [...(await epochOf(first, 0)), ...(await epochOf(first, 1))]
    const second = open({ augment })
    for (const at of [13, 3, 4, 5, 0, 9, 6, 7, 8, 3]) {
      const epoch = Math.floor(at / 7)
      expect(await second.batch(epoch, at % 7)).toEqual(expected[at])
      expect(await first.batch(epoch, at % 7)).toEqual(expected[at])
    }
    const together = await Promise.all([2, 0, 1, 0].map(step => second.batch(0, step)))
    expect(together).toEqual([2, 0, 1, 0].map(step => expected[step]))
  })

  it('are what prepareBatch makes of the same images', async () => {
    const augment = { crop: 2, flip: true }
    const batch = await open({ augment }).batch(3, 1)
    const indices = Int32Array.from(members(await open().batch(3, 1)))
    expect(prepareBatch({ dataset, images: 'train', indices, augment, seed: 7, epoch: 3 })).toEqual(batch)
  })

  it('differ with the seed', async () => {
    expect(members(await open({ seed: 8 }).batch(0, 0))).not.toEqual(members(await open().batch(0, 0)))
  })

  it('of test images come in order', async () => {
    const source = open({ images: 'test', indices: Int32Array.of(4, 2, 9), batchSize: 2 })
    expect((await epochOf(source, 0)).map(members)).toEqual([[4, 2], [9]])
  })

  it('end an epoch with a smaller one, or leave it out', async () => {
    const whole = open()
    const { count, images, labels } = await whole.batch(0, 6)
    expect([whole.stepsPerEpoch, count, images.length, labels.length]).toEqual([7, 2, 2 * 192, 2])
    expect(open({ dropPartial: true }).stepsPerEpoch).toBe(6)
  })

  it('are normalised: (byte / 255 − mean) / std', async () => {
    const { images, labels } = await open({ shuffle: false }).batch(0, 0)
    for (let i = 0; i < images.length; i++) {
      const c = i % 3
      expect(images[i]).toBeCloseTo((dataset.train.pixels[i]! / 255 - dataset.mean[c]!) / dataset.std[c]!, 5)
    }
    expect([...labels]).toEqual([...dataset.train.labels.subarray(0, 8)])
  })

  it('padded or cut out are 0 there, the mean colour', async () => {
    const augment = { crop: 4, cutout: 3 }
    const plain = await open({ shuffle: false }).batch(0, 0)
    const { images } = await open({ shuffle: false, augment }).batch(0, 0)
    expect(plain.images.every(value => value !== 0)).toBe(true)
    expect(images.filter(value => value === 0).length).toBeGreaterThan(8 * 3)
  })
})

describe('a source of batches', () => {
  it('reports how long callers waited', async () => {
    const source = open()
    expect(source.waiting()).toEqual({ seconds: 0, share: 0 })
    await source.batch(0, 0)
    const { seconds, share } = source.waiting()
    expect(seconds).toBeGreaterThan(0)
    expect(share).toBeGreaterThan(0)
    await sleep(30)
    expect(source.waiting().seconds).toBe(seconds)
    expect(source.waiting().share).toBeLessThan(share)
  })

  it('refuses an empty selection, an index that does not exist, a step that does not exist', async () => {
    expect(() => open({ indices: new Int32Array(0) })).toThrow(/0 images do not fill one batch of 8/)
    expect(() => open({ dropPartial: true, batchSize: 64 })).toThrow(/50 images do not fill one batch of 64/)
    expect(() => open({ indices: Int32Array.of(50) })).toThrow(/no train image 50, only 0 … 49/)
    expect(() => open({ batchSize: 0 })).toThrow(/batch size 0/)
    await expect(open().batch(0, 7)).rejects.toThrow(/steps 0 … 6/)
  })

  it('rejects the batch that its thread cannot prepare, and goes on with the others', async () => {
    const short = {
      ...dataset,
      train: { ...dataset.train, pixels: dataset.train.pixels.subarray(0, 40 * 192) },
    }
    const source = open({ dataset: short, shuffle: false })
    await expect(source.batch(0, 5)).rejects.toThrow(DataError)
    await expect(source.batch(0, 6)).rejects.toThrow(/no train image 48/)
    expect((await source.batch(0, 0)).count).toBe(8)
  })

  it('rejects what is awaited when it is closed, and anything after', async () => {
    const source = open()
    const awaited = expect(source.batch(0, 0)).rejects.toThrow('tiny: this source of batches is closed')
    await source.close()
    await awaited
    await expect(source.batch(0, 1)).rejects.toThrow('closed')
    await source.close()
  })

  it('keeps the process alive while a batch is awaited, but not after', () => {
    const index = new URL('../../src/data/index.js', import.meta.url).href
    const tiny = new URL('./tiny-dataset.js', import.meta.url).href
    const script = `
      import { openBatches } from '${index}'
      import { tinyDataset } from '${tiny}'
      const indices = Int32Array.of(0, 1, 2)
      const source = openBatches({ dataset: tinyDataset(), images: 'test', indices, batchSize: 1, seed: 1 })
      source.batch(0, 0).then(batch => console.log('got', batch.count))`
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { timeout: 20_000 })
    expect(output.toString()).toBe('got 1\n')
  })

  it('does not grow in memory', async () => {
    setFlagsFromString('--expose_gc')
    const collect = runInNewContext('gc') as () => void
    const held = () => {
      collect()
      return process.memoryUsage().arrayBuffers
    }
    const indices = Int32Array.from({ length: 5000 }, (_, i) => i % 50)
    const source = open({ indices, batchSize: 500, augment: { crop: 2, flip: true } })
    for (let epoch = 0; epoch < 3; epoch++) await epochOf(source, epoch)
    const before = held()
    for (let epoch = 3; epoch < 33; epoch++) await epochOf(source, epoch)
    expect(held() - before).toBeLessThan(8 * 500 * 192 * 4) // 300 batches later: less than eight of them
  })
})
