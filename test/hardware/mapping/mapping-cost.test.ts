import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type ConvShape,
  type Mapping,
  mapConv,
  mappingCost,
  OBJECTIVES,
} from '../../../src/hardware/index.js'
import { simulate } from './simulate.js'
import { convShape, smallArray } from './small-array.js'

const LAYERS: Readonly<Record<string, ConvShape>> = {
  dense3x3: convShape(),
  'uneven everything': convShape({ filters: 7, channels: 5, outHeight: 7, outWidth: 5 }),
  strided: convShape({ strideHeight: 2, strideWidth: 2 }),
  'one by one': convShape({ kernelHeight: 1, filters: 12, channels: 9 }),
  'one by one, strided': convShape({ kernelHeight: 1, strideHeight: 2, strideWidth: 2 }),
  depthwise: convShape({ groups: 10, filters: 1, channels: 1 }),
  grouped: convShape({ groups: 3, filters: 4, channels: 2 }),
  dilated: convShape({ dilationHeight: 2, dilationWidth: 2 }),
  'taller than the array': convShape({ kernelHeight: 7, outHeight: 5, outWidth: 5 }),
  'fully connected': convShape({ kernelHeight: 1, outHeight: 1, outWidth: 1, filters: 10, channels: 30 }),
}

/** Everything that the naive simulation counts, against the formulas. */
function compare(
  shape: ConvShape,
  batch: number,
  array: ReturnType<typeof smallArray>,
  mapping: Mapping,
): void {
  const cost = mappingCost(shape, batch, array, mapping)!
  const counted = simulate(shape, batch, array, mapping)
  const outputs = batch * shape.groups * shape.filters * shape.outHeight * shape.outWidth
  const products = shape.channels * shape.kernelHeight * shape.kernelWidth
  expect(counted.products.size).toBe(outputs)
  expect(new Set(counted.products.values())).toEqual(new Set([products]))
  expect(cost.macs).toBe(counted.macs)
  expect(cost.arrayCycles).toBeCloseTo(counted.cycles, 6)
  const { activationBytes, weightBytes, psumBytes } = array
  expect(cost.bufferReadBytes).toBe(
    counted.ifmapReads * activationBytes + counted.filterReads * weightBytes + counted.psumReads * psumBytes,
  )
  const psumWrites = (counted.psumWrites - outputs) * psumBytes + outputs * activationBytes
  expect(cost.bufferWriteBytes).toBeCloseTo(psumWrites + cost.dramReadBytes, 6)
  expect(cost.activePes).toBeGreaterThanOrEqual(counted.activePes)
  expect(cost.activePes).toBeLessThanOrEqual(array.rows * array.columns)
}

describe('the price of a mapping is what a loop-by-loop simulation counts', () => {
  for (const [name, shape] of Object.entries(LAYERS))
    for (const batch of [1, 3])
      test(`${name}, batch ${batch}`, () => {
        for (const parts of [{}, { bufferBytes: 1500 }, { psumRate: 1 }, { ifmapRate: 0.5, columns: 7 }])
          for (const objective of OBJECTIVES) {
            const array = smallArray(parts)
            compare(shape, batch, array, mapConv(name, shape, batch, array, objective).mapping)
          }
      })

  test('any small layer on any small array', () => {
    const layer = fc.record({
      groups: fc.integer({ min: 1, max: 3 }),
      filters: fc.integer({ min: 1, max: 9 }),
      channels: fc.integer({ min: 1, max: 6 }),
      kernelHeight: fc.integer({ min: 1, max: 4 }),
      kernelWidth: fc.integer({ min: 1, max: 4 }),
      outHeight: fc.integer({ min: 1, max: 6 }),
      outWidth: fc.integer({ min: 1, max: 6 }),
      strideHeight: fc.integer({ min: 1, max: 3 }),
      strideWidth: fc.integer({ min: 1, max: 3 }),
    })
    const array = fc.record({
      rows: fc.integer({ min: 1, max: 8 }),
      columns: fc.integer({ min: 1, max: 8 }),
      bufferBytes: fc.integer({ min: 400, max: 8000 }),
    })
    fc.assert(
      fc.property(layer, array, fc.integer({ min: 1, max: 3 }), (parts, arrayParts, batch) => {
        const [shape, small] = [convShape(parts), smallArray(arrayParts)]
        compare(shape, batch, small, mapConv('layer', shape, batch, small, 'edp').mapping)
      }),
      { numRuns: 60, seed: 7 },
    )
  })
})

test('a layer worked out by hand', () => {
  // 2 filters over 2 channels, 3×3, 4×4 outputs from 6×6 inputs; all in one pass of 3 × 4 PEs.
  const shape = convShape({ filters: 2, channels: 2, outHeight: 4, outWidth: 4, height: 6, width: 6 })
  const mapping: Mapping = {
    e: 4,
    f: 4,
    kernelRows: 3,
    p: 2,
    q: 2,
    r: 1,
    t: 1,
    tAcross: 1,
    groups: 1,
    groupsAcross: 1,
    images: 1,
    filterBlocks: 1,
    tiles: 1,
  }
  const cost = mappingCost(shape, 1, smallArray(), mapping)!
  // Filters 2·2·9·2 B at 8 B a cycle: 9. First windows 2·6·3·2 B at 4: 18. Computing 2·2·3·4 = 48, more than the
  // ifmap's 2·36·2 B / 4 = 36 and the outputs' 32·2 B / 8 = 8. Draining 2·4·2 B / 8 + 3 rows: 5.
  expect(cost.arrayCycles).toBe(9 + 18 + 48 + 5)
  expect(cost.activePes).toBe(12)
  expect(cost.macs).toBe(576)
  expect(cost.bufferReadBytes).toBe(144 + 72)
  expect(cost.bufferWriteBytes).toBe(144 + 72 + 64)
  expect(cost.dramReadBytes).toBe(144 + 72)
  expect(cost.dramWriteBytes).toBe(64)
  expect(cost.dramCycles).toBe(280 / 4)
  expect(cost.cycles).toBe(80)
  // Each PE row copy: 2 channels · 3 kernel rows · 4 outputs · 6 columns; filters in 4 columns; psums climb 3 rows.
  expect(cost.arrayBytes).toBe(2 * 3 * 4 * 6 * 2 + 72 * 4 + 32 * 3 * 4)
})

test('DRAM: what the buffer keeps is fetched once, what it does not again and again', () => {
  // 4 sets of 2 filters over 2 sets of 2 channels; 2 tiles of 4 rows, which share two of the ifmap's rows.
  const shape = convShape({ filters: 8, channels: 4, height: 10, width: 10 })
  const common = { e: 4, f: 8, kernelRows: 3, p: 2, q: 2, r: 1, t: 1, tAcross: 1, groups: 1, groupsAcross: 1 }
  const mapping: Mapping = { ...common, images: 1, filterBlocks: 1, tiles: 1 }
  const read = (bufferBytes: number, more: Partial<Mapping> = {}) =>
    mappingCost(shape, 1, smallArray({ bufferBytes }), { ...mapping, ...more })?.dramReadBytes
  const ifmap = 2 * 4 * 12 * 10
  const filters = 2 * 8 * 4 * 9
  // A tile: psums 2·4·8·4 B, ifmap 2·6·10·2 B, filters of a pass 2·2·9·2 B.
  const needed = 256 + 240 + 72
  expect(read(needed - 1)).toBeUndefined()
  expect(read(needed)).toBe(4 * ifmap + 2 * filters)
  // With room for all channels of a tile beside it, for all filters, for both.
  expect(read(needed + 480)).toBe(ifmap + 2 * filters)
  expect(read(needed + 480 + filters)).toBe(ifmap + filters)
  // Psums of all four sets at once.
  expect(read(needed + 3 * 256, { filterBlocks: 4 })).toBe(ifmap + 2 * filters)
})

test('Timeloop’s mapping of an 8-bit layer takes the cycles and the DRAM traffic that Timeloop says', () => {
  // Timeloop / Accelergy exercises, Eyeriss-like design (MIT): C 3, M 32, 3 × 3, 112 × 112 outputs, stride 2.
  const shape = convShape({
    filters: 32,
    channels: 3,
    outHeight: 112,
    outWidth: 112,
    strideHeight: 2,
    strideWidth: 2,
    height: 225,
    width: 225,
  })
  const rate = Number.POSITIVE_INFINITY
  const bytes = { activationBytes: 1, weightBytes: 1, psumBytes: 1, bufferBytes: 1e6 }
  const array = smallArray({
    rows: 12,
    columns: 14,
    ...bytes,
    ifmapRate: rate,
    filterRate: rate,
    psumRate: rate,
  })
  const mapping = {
    e: 14,
    f: 112,
    kernelRows: 3,
    p: 8,
    q: 1,
    r: 3,
    t: 1,
    tAcross: 1,
    groups: 1,
    groupsAcross: 1,
  }
  const cost = mappingCost(shape, 1, array, { ...mapping, images: 1, filterBlocks: 1, tiles: 8 })!
  // Psums climb nine rows at the end of each of four passes, which Timeloop does not count.
  expect(cost.arrayCycles).toBe(86_016 + 4 * 9)
  expect(cost.activePes / 168).toBe(0.75)
  expect(cost.macs).toBe(10_838_016)
  expect(cost.dramReadBytes).toBe(864 + 151_875)
  expect(cost.dramWriteBytes).toBe(401_408)
})

test('padding is streamed to the array but not fetched from DRAM', () => {
  const [padded, valid] = [convShape(), convShape({ height: 10, width: 10 })]
  const { mapping } = mapConv('layer', padded, 1, smallArray(), 'latency')
  const [less, more] = [padded, valid].map(shape => mappingCost(shape, 1, smallArray(), mapping)!)
  expect(less!.bufferReadBytes).toBe(more!.bufferReadBytes)
  expect(more!.dramReadBytes - less!.dramReadBytes).toBeGreaterThan(0)
})

test('a mapping that the buffer cannot hold has no price', () => {
  const { mapping } = mapConv('layer', convShape(), 1, smallArray(), 'latency')
  expect(mappingCost(convShape(), 1, smallArray({ bufferBytes: 100 }), mapping)).toBeUndefined()
})
