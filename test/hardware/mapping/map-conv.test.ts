import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type ArrayModel,
  type ConvShape,
  type Mapping,
  type MappingCost,
  mapConv,
  mappingCost,
  OBJECTIVES,
  type Objective,
} from '../../../src/hardware/index.js'
import { blankMapping } from '../../../src/hardware/mapping/mapping.js'
import { listWays, readWay, spatialList } from '../../../src/hardware/mapping/spatial.js'
import { convShape, smallArray } from './small-array.js'

const score = (cost: MappingCost, objective: Objective) =>
  ({ latency: cost.cycles, energy: cost.energyPj, edp: cost.energyPj * cost.cycles })[objective]

/** Every legal mapping with whole output rows, without any cleverness. */
function* everyMapping(shape: ConvShape, array: ArrayModel): Generator<Mapping> {
  const range = (most: number) => Array.from({ length: Math.max(0, Math.floor(most)) }, (_, i) => i + 1)
  const { filters: M, channels: C, kernelHeight: R, kernelWidth: S, groups: G } = shape
  const slots = Math.floor(array.rows / R)
  for (const e of range(Math.min(shape.outHeight, array.columns * slots))) {
    const stacked = Math.floor(slots / Math.ceil(e / array.columns))
    const across = e > array.columns ? 1 : Math.floor(array.columns / e)
    for (const r of range(Math.min(C, stacked)))
      for (const t of range(Math.min(M, stacked / r)))
        for (const groups of range(Math.min(G, stacked / (r * t))))
          for (const tAcross of range(Math.min(M, across)))
            for (const groupsAcross of range(Math.min(G, across / tAcross)))
              for (const q of range(Math.min(C, array.ifmapWords / S)))
                for (const p of range(Math.min(M, array.psumWords, array.filterWords / (q * S))))
                  for (const filterBlocks of range(Math.ceil(M / (p * t * tAcross))))
                    for (const tiles of C <= q * r ? range(Math.ceil(shape.outHeight / e)) : [1])
                      yield {
                        e,
                        f: shape.outWidth,
                        kernelRows: R,
                        p,
                        q,
                        r,
                        t,
                        tAcross,
                        groups,
                        groupsAcross,
                        images: 1,
                        filterBlocks,
                        tiles,
                      }
  }
}

const LAYERS: Readonly<Record<string, ConvShape>> = {
  dense3x3: convShape({ filters: 6, channels: 4 }),
  'one by one': convShape({ kernelHeight: 1, filters: 6, channels: 5, outHeight: 5, outWidth: 4 }),
  depthwise: convShape({ groups: 6, filters: 1, channels: 1 }),
  grouped: convShape({ groups: 2, filters: 3, channels: 2 }),
  strided: convShape({ filters: 5, strideHeight: 2, strideWidth: 2, outHeight: 6, outWidth: 6 }),
  'fully connected': convShape({ kernelHeight: 1, outHeight: 1, outWidth: 1, filters: 9, channels: 14 }),
}

describe('the mapping that is chosen', () => {
  for (const [name, shape] of Object.entries(LAYERS))
    for (const objective of OBJECTIVES)
      test(`is within 5 % of the best of all: ${name}, ${objective}`, () => {
        for (const parts of [{}, { bufferBytes: 900 }, { psumRate: 1, dramRate: 100 }]) {
          const array = smallArray(parts)
          let best = Number.POSITIVE_INFINITY
          for (const mapping of everyMapping(shape, array)) {
            const cost = mappingCost(shape, 1, array, mapping)
            if (cost !== undefined) best = Math.min(best, score(cost, objective))
          }
          const chosen = score(mapConv(name, shape, 1, array, objective).cost, objective)
          expect(chosen).toBeGreaterThanOrEqual(best * (1 - 1e-12))
          expect(chosen).toBeLessThanOrEqual(best * 1.05)
        }
      })

  test('is legal: scratchpads, array and buffer hold it', () => {
    for (const shape of Object.values(LAYERS)) {
      const array = smallArray()
      const { mapping } = mapConv('layer', shape, 4, array, 'latency')
      const { kernelWidth: S } = shape
      expect(mapping.q * S).toBeLessThanOrEqual(array.ifmapWords)
      expect(mapping.p * mapping.q * S).toBeLessThanOrEqual(array.filterWords)
      expect(mapping.p).toBeLessThanOrEqual(array.psumWords)
      const folds = Math.ceil(mapping.e / array.columns)
      expect(mapping.kernelRows * mapping.r * mapping.t * mapping.groups * folds).toBeLessThanOrEqual(
        array.rows,
      )
      const across = mapping.tAcross * mapping.groupsAcross * mapping.images
      expect(Math.min(mapping.e, array.columns) * across).toBeLessThanOrEqual(array.columns)
    }
  })

  test('is the same every time', () => {
    const [shape, array] = [convShape({ filters: 12 }), smallArray()]
    const once = mapConv('layer', shape, 1, array, 'energy')
    mapConv('other', convShape({ kernelHeight: 1 }), 1, smallArray({ columns: 9 }), 'latency')
    expect(mapConv('layer', shape, 1, array, 'energy')).toEqual(once)
  })
})

const layers = fc.record({
  groups: fc.constantFrom(1, 1, 4),
  filters: fc.integer({ min: 1, max: 48 }),
  channels: fc.integer({ min: 1, max: 48 }),
  kernelHeight: fc.constantFrom(1, 3, 5),
  outHeight: fc.integer({ min: 1, max: 30 }),
  outWidth: fc.integer({ min: 1, max: 30 }),
})

test('more PEs are never slower', () => {
  const arrays = fc.record({
    rows: fc.integer({ min: 5, max: 16 }),
    columns: fc.integer({ min: 1, max: 16 }),
    moreRows: fc.integer({ min: 0, max: 6 }),
    moreColumns: fc.integer({ min: 0, max: 6 }),
  })
  fc.assert(
    fc.property(
      layers,
      arrays,
      fc.constantFrom(1, 4),
      (parts, { rows, columns, moreRows, moreColumns }, batch) => {
        const shape = convShape(parts)
        const small = mapConv('layer', shape, batch, smallArray({ rows, columns }), 'latency')
        const large = smallArray({ rows: rows + moreRows, columns: columns + moreColumns })
        expect(mapConv('layer', shape, batch, large, 'latency').cost.cycles).toBeLessThanOrEqual(
          small.cost.cycles * (1 + 1e-12),
        )
      },
    ),
    { numRuns: 300, seed: 3 },
  )
})

test('no mapping is better than the lower bound by which ways are passed over', () => {
  const list = spatialList()
  fc.assert(
    fc.property(layers, fc.constantFrom(...OBJECTIVES), fc.nat(), (parts, objective, pick) => {
      const [shape, array] = [convShape(parts), smallArray({ rows: 7, columns: 5, bufferBytes: 1e6 })]
      listWays(list, shape, 1, array, shape.kernelHeight, shape.outWidth, objective)
      const way = pick % list.count
      const mapping = { ...blankMapping(), f: shape.outWidth, kernelRows: shape.kernelHeight }
      readWay(list, way, mapping)
      for (const q of [1, 2, 3, 4, 12])
        for (const p of [1, 2, 4, 8])
          for (const filterBlocks of [1, 3]) {
            if (q > shape.channels || q * shape.kernelWidth > array.ifmapWords) continue
            if (p > shape.filters || p * q * shape.kernelWidth > array.filterWords) continue
            const cost = mappingCost(shape, 1, array, { ...mapping, p, q, filterBlocks, tiles: 1 })
            if (cost !== undefined)
              expect(score(cost, objective)).toBeGreaterThanOrEqual(list.bounds[way]! * (1 - 1e-9))
          }
    }),
    { numRuns: 300, seed: 5 },
  )
})

describe('what cannot be mapped is refused', () => {
  const refusal = (shape: ConvShape, parts: Partial<ArrayModel>) => () =>
    mapConv('conv7', shape, 1, smallArray(parts), 'latency')

  test('a scratchpad shorter than a kernel row, with the words that it needs', () => {
    const shape = convShape({ kernelHeight: 5 })
    expect(refusal(shape, { ifmapWords: 4 })).toThrow(/"conv7".*kernel row of 5 needs ifmapWords 5.*are 4/)
    expect(refusal(shape, { filterWords: 3 })).toThrow(/"conv7".*needs filterWords 5.*are 3/)
  })

  test('a buffer too small for any tile', () => {
    expect(refusal(convShape(), { bufferBytes: 30 })).toThrow(/"conv7".*buffer of 30 bytes.*needs 40/)
  })

  test('a small buffer cuts tiles into columns first', () => {
    const shape = convShape({ outHeight: 2, outWidth: 64 })
    const { mapping } = mapConv('conv7', shape, 1, smallArray({ bufferBytes: 500 }), 'latency')
    expect(mapping.f).toBeLessThan(64)
  })
})
