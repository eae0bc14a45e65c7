import { describe, expect, it } from 'vitest'
import { parseConstraint } from '../../../src/cost/index.js'
import { InfeasibleError, InputError } from '../../../src/errors.js'
import { initialize } from '../../../src/network/index.js'
import { equalBatches } from '../../../src/search/one-shot/equal-batches.js'
import {
  firstCandidates,
  mutants,
  ranked,
  type Scored,
} from '../../../src/search/one-shot/one-shot-candidates.js'
import { readSupernet, writeSupernet } from '../../../src/search/one-shot/supernet-file.js'
import { decode } from '../../../src/search/space/decode.js'
import { exactPrice, pricesOf } from '../../../src/search/space/price.js'
import { EQUAL_PRICE } from '../../../src/search/space/random-architectures.js'
import { readSpace } from '../../../src/search/space/space.js'
import { largest } from '../../../src/search/space/space-architectures.js'
import { smallSpace } from '../space/small-space.js'

const wide = readSpace('cifar10-mbconv')
const bounded = (space: typeof wide, ...constraints: string[]) =>
  pricesOf(space, constraints.map(parseConstraint))

describe('the first candidates', () => {
  it('are different networks within every bound that use up most of one', async () => {
    const prices = await bounded(wide, 'macs<=50%', 'params<=60%')
    const found = firstCandidates(wide, prices, 60, 1)
    expect(new Set(found.map(String)).size).toBe(60)
    for (const architecture of found) {
      const shares = prices.map(price => exactPrice(price, wide, architecture) / price.bound)
      expect(Math.max(...shares)).toBeLessThanOrEqual(1)
      expect(Math.max(...shares)).toBeGreaterThanOrEqual(EQUAL_PRICE)
    }
    expect(firstCandidates(wide, prices, 60, 1)).toEqual(found)
    expect(firstCandidates(wide, prices, 60, 2)).not.toEqual(found)
  })

  it('are any within the bounds where few use one up, and all there are in a small space', async () => {
    const loose = await bounded(smallSpace, 'macs<=100%')
    const all = firstCandidates(smallSpace, loose, 1000, 1)
    expect(all).toHaveLength(40)
    expect(all.map(String)).toContain(largest(smallSpace).join())
    const unbounded = firstCandidates(wide, [], 20, 1)
    expect(new Set(unbounded.map(String)).size).toBe(20)
  })

  it('of bounds that no network meets together are none, which is said', async () => {
    const prices = (await bounded(smallSpace, 'macs<=50%', 'params<=50%')).map(price => ({
      ...price,
      bound: price.fixed,
    }))
    expect(() => firstCandidates(smallSpace, prices, 5, 1)).toThrow(InfeasibleError)
    expect(() => firstCandidates(smallSpace, prices, 5, 1)).toThrow(/space small none is within macs<=/)
  })
})

describe('mutants', () => {
  it('are new networks within the bounds that share most blocks with one of the ten best', async () => {
    const prices = await bounded(wide, 'macs<=50%')
    const scored = firstCandidates(wide, prices, 40, 1).map((architecture, i): Scored => {
      return { architecture, accuracy: (i % 20) / 20, crossEntropy: i, generation: 0 }
    })
    const children = mutants(wide, prices, scored, { count: 30, seed: 1, generation: 1 })
    const known = new Set(scored.map(({ architecture }) => architecture.join()))
    expect(new Set(children.map(String)).size).toBe(30)
    const parents = ranked(scored).slice(0, 10)
    const shared = children.map(child => {
      expect(known.has(child.join())).toBe(false)
      expect(exactPrice(prices[0]!, wide, child)).toBeLessThanOrEqual(prices[0]!.bound)
      const same = (parent: Scored) => child.filter((choice, b) => choice === parent.architecture[b]).length
      return Math.max(...parents.map(same))
    })
    expect(Math.min(...shared)).toBeLessThan(12)
    expect(shared.reduce((a, b) => a + b) / shared.length).toBeGreaterThan(9)
    expect(mutants(wide, prices, scored, { count: 30, seed: 1, generation: 2 })).not.toEqual(children)
  })

  it('are as many as the space still has', async () => {
    const prices = await bounded(smallSpace, 'macs<=100%')
    const scored = firstCandidates(smallSpace, prices, 38, 1).map(
      (architecture, i): Scored => ({ architecture, accuracy: 0.5, crossEntropy: i, generation: 0 }),
    )
    expect(mutants(smallSpace, prices, scored, { count: 10, seed: 1, generation: 1 })).toHaveLength(2)
  })

  it('come of a ranking by cross-entropy', () => {
    const score = (accuracy: number, crossEntropy: number): Scored => ({
      ...{ architecture: [], generation: 0 },
      ...{ accuracy, crossEntropy },
    })
    const [a, b, c] = [score(0.5, 1), score(0.6, 2), score(0.4, 1.5)]
    expect(ranked([a, b, c])).toEqual([a, c, b])
  })
})

describe('equal batches', () => {
  const batch = (from: number, count: number) => ({
    images: Float32Array.from({ length: 2 * count }, (_, i) => 2 * from + i),
    labels: Int32Array.from({ length: count }, (_, i) => from + i),
    count,
  })

  it('hold the first images in order, none smaller than the others', () => {
    const source = [batch(0, 4), batch(4, 4), batch(8, 3)]
    for (const [most, size, counts] of [
      [11, 4, [3, 3, 3]],
      [11, 20, [11]],
      [7, 4, [3, 3]],
      [8, 4, [4, 4]],
      [1, 4, [1]],
      [100, 5, [3, 3, 3]],
    ] as const) {
      const batches = equalBatches(source, { most, size })
      expect(batches.map(({ count }) => count)).toEqual(counts)
      const total = counts.reduce((a: number, b) => a + b, 0)
      expect(batches.flatMap(({ labels }) => [...labels])).toEqual(Array.from({ length: total }, (_, i) => i))
      expect(batches.flatMap(({ images }) => [...images])).toEqual(
        Array.from({ length: 2 * total }, (_, i) => i),
      )
    }
    expect(equalBatches([], { most: 5, size: 5 })).toEqual([])
  })
})

describe("a supernet's file", () => {
  const { weights } = initialize(decode(smallSpace, largest(smallSpace)), 1)
  const bytes = writeSupernet(smallSpace, { weights, heldOut: 0.1, seed: 3 })

  it('written and read is the same', () => {
    expect(readSupernet(bytes, smallSpace, 'x')).toEqual({ weights, heldOut: 0.1, seed: 3 })
    expect(writeSupernet(smallSpace, { weights, heldOut: 0.1, seed: 3 })).toEqual(bytes)
  })

  it('that lacks a weight, or is cut off, is refused by the file', () => {
    const { 'stem/kernel': _, ...rest } = weights
    const lacking = writeSupernet(smallSpace, { weights: rest, heldOut: 0.1, seed: 3 })
    expect(() => readSupernet(lacking, smallSpace, 'some.safetensors')).toThrow(
      'some.safetensors: weight stem/kernel is missing, expected 3×3×3×4',
    )
    expect(() => readSupernet(bytes.subarray(0, 2000), smallSpace, 'some.safetensors')).toThrow(InputError)
    expect(() => readSupernet(bytes.subarray(0, 2000), smallSpace, 'some.safetensors')).toThrow(
      /^some\.safetensors: /,
    )
  })
})
