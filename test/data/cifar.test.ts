import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadDataset } from '../../src/data/index.js'
import { DataError } from '../../src/errors.js'
import { temporaryFolder } from './temporary-folder.js'

const root = temporaryFolder()

/** One record as the official files have it: label bytes, then the red, green and blue planes. */
const record = (labels: number[], red: number, green: number, blue: number) =>
  Buffer.concat([
    Buffer.from(labels),
    Buffer.alloc(1024, red),
    Buffer.alloc(1024, green),
    Buffer.alloc(1024, blue),
  ])

function cifar10(name: string, changes: Record<string, Buffer | string | undefined> = {}): string {
  const dir = join(root, name)
  mkdirSync(dir, { recursive: true })
  const files: Record<string, Buffer | string | undefined> = {
    'test_batch.bin': record([9], 7, 8, 9),
    ...changes,
  }
  for (let i = 1; i <= 5; i++)
    files[`data_batch_${i}.bin`] ??= Buffer.concat([record([i], i, 20, 30), record([0], 1, 2, 3)])
  for (const [file, bytes] of Object.entries(files))
    if (bytes !== undefined) writeFileSync(join(dir, file), bytes)
  return dir
}

describe('CIFAR-10 in its binary version', () => {
  it('is read in the order of the batches, planes turned into pixels', async () => {
    const { name, train, test, shape, classes, mean } = await loadDataset(`cifar10:${cifar10('whole')}`)
    expect({ name, shape, trains: train.count, tests: test.count }).toEqual({
      name: 'cifar10',
      shape: [32, 32, 3],
      trains: 10,
      tests: 1,
    })
    expect([...train.labels]).toEqual([1, 0, 2, 0, 3, 0, 4, 0, 5, 0])
    expect([...train.pixels.subarray(2 * 3072, 2 * 3072 + 6)]).toEqual([2, 20, 30, 2, 20, 30])
    expect([...test.pixels.subarray(0, 3)]).toEqual([7, 8, 9])
    expect(classes[9]).toBe('truck')
    expect(mean).toEqual([0.485, 0.456, 0.406])
  })

  it('comes back pixel for pixel', async () => {
    const planes = Buffer.from(Array.from({ length: 3072 }, (_, i) => (i * 31) & 255))
    const dir = cifar10('pixels', { 'test_batch.bin': Buffer.concat([Buffer.of(3), planes]) })
    const { test } = await loadDataset(`cifar10:${dir}`)
    const back = Buffer.from(Array.from({ length: 3072 }, (_, i) => test.pixels[(i % 1024) * 3 + (i >> 10)]!))
    expect(back.equals(planes)).toBe(true)
  })

  it('is found in the folder that its archive unpacks to', async () => {
    cifar10('outer/cifar-10-batches-bin')
    expect((await loadDataset(`cifar10:${join(root, 'outer')}`)).train.count).toBe(10)
  })

  it('takes class names from batches.meta.txt', async () => {
    const names = Array.from({ length: 10 }, (_, i) => `name ${i}`)
    const dir = cifar10('names', { 'batches.meta.txt': `${names.join('\n')}\n\n` })
    expect((await loadDataset(`cifar10:${dir}`)).classes).toEqual(names)
  })

  it('refuses a truncated batch and names it', async () => {
    const dir = cifar10('short', { 'data_batch_3.bin': record([1], 1, 1, 1).subarray(0, 3000) })
    await expect(loadDataset(`cifar10:${dir}`)).rejects.toThrow(
      /data_batch_3\.bin: 3000 bytes.*3073-byte.*unpack/,
    )
  })

  it('refuses a label out of range and names the record', async () => {
    const dir = cifar10('label', {
      'test_batch.bin': Buffer.concat([record([1], 0, 0, 0), record([10], 0, 0, 0)]),
    })
    await expect(loadDataset(`cifar10:${dir}`)).rejects.toThrow(
      /test_batch\.bin: record 1 has label 10, expected 0 … 9/,
    )
  })

  it('that is missing is reported with its path and where to get it', async () => {
    const error = await loadDataset(`cifar10:${join(root, 'nowhere')}`).catch(e => e)
    expect(error).toBeInstanceOf(DataError)
    expect(error.message).toContain(join(root, 'nowhere', 'data_batch_1.bin'))
    expect(error.message).toContain('unpack cifar-10-binary.tar.gz from https://')
  })
})

it('CIFAR-100 is labelled with its fine classes', async () => {
  const dir = join(root, 'hundred', 'cifar-100-binary')
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, 'train.bin'), Buffer.concat([record([5, 99], 1, 2, 3), record([19, 0], 4, 5, 6)]))
  writeFileSync(join(dir, 'test.bin'), record([1, 42], 7, 8, 9))
  const { train, test, classes } = await loadDataset(`cifar100:${join(root, 'hundred')}`)
  expect([...train.labels, ...test.labels]).toEqual([99, 0, 42])
  expect([...train.pixels.subarray(3072, 3075)]).toEqual([4, 5, 6])
  expect(classes).toHaveLength(100)
})

describe('a data set', () => {
  it('of an unknown kind is refused with the kinds there are', async () => {
    await expect(loadDataset('imagenet:there')).rejects.toThrow(
      /"imagenet:there".*cifar10:DIR.*cifar10-sample/,
    )
  })
  it('needs a folder', async () => {
    await expect(loadDataset('idx:')).rejects.toThrow(/names no folder; use idx:DIR/)
  })
})
