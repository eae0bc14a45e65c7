import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Dataset, loadDataset } from '../../src/data/index.js'
import { packageRoot } from '../../src/package-root.js'
import { temporaryFolder } from './temporary-folder.js'

const scratch = temporaryFolder()
const unpack = join(packageRoot, '..', 'shared', 'data', 'unpack-cifar10.mjs')

const perClass = (labels: Uint16Array) => {
  const counts = new Array<number>(10).fill(0)
  for (const label of labels) counts[label]!++
  return counts
}

describe('the sample of CIFAR-10 that ships', () => {
  let sample: Dataset
  beforeAll(async () => {
    sample = await loadDataset('cifar10-sample')
  })

  it('has 400 training images of each class and 1,000 test images', () => {
    expect(perClass(sample.train.labels)).toEqual(new Array(10).fill(400))
    expect(sample.train.pixels).toHaveLength(4000 * 3072)
    expect([sample.test.count, sample.test.pixels.length]).toEqual([1000, 1000 * 3072])
  })

  it('has no blank image and no two alike', () => {
    const seen = new Set<string>()
    for (const { count, pixels } of [sample.train, sample.test])
      for (let i = 0; i < count; i++)
        seen.add(Buffer.from(pixels.subarray(i * 3072, (i + 1) * 3072)).toString('latin1'))
    expect(seen.size).toBe(5000)
  })

  it('is at most 13 MB', () => {
    const dir = join(packageRoot, 'datasets', 'cifar10-sample')
    const bytes = readdirSync(dir).reduce((sum, file) => sum + statSync(join(dir, file)).size, 0)
    expect(bytes).toBeLessThan(13e6)
  })

  it.skipIf(!existsSync(unpack))('equals CIFAR-10 where they overlap (needs ../shared)', async () => {
    execFileSync(process.execPath, [unpack, scratch])
    const whole = await loadDataset(`cifar10:${scratch}`)
    expect([whole.train.count, ...perClass(whole.train.labels)]).toEqual([
      50_000,
      ...new Array(10).fill(5000),
    ])
    expect(whole.classes).toEqual(sample.classes)
    expect([whole.mean, whole.std]).toEqual([sample.mean, sample.std])
    expect(Buffer.from(whole.test.pixels).equals(Buffer.from(sample.test.pixels))).toBe(true)
    expect([...whole.test.labels]).toEqual([...sample.test.labels])

    const taken = new Array<number>(10).fill(0)
    let at = 0
    for (const [i, label] of whole.train.labels.entries()) {
      if (taken[label]!++ >= 400) continue
      const ours = Buffer.from(sample.train.pixels.subarray(at * 3072, (at + 1) * 3072))
      if (!ours.equals(whole.train.pixels.subarray(i * 3072, (i + 1) * 3072)))
        expect.fail(`image ${at} differs`)
      expect(sample.train.labels[at++]).toBe(label)
    }
    expect(at).toBe(4000)
  })
})
