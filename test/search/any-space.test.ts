import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  acceleratorCostModel,
  type CostModel,
  countCostModel,
  decisionsOf,
  relaxedLatency,
  SKIP,
} from '../../src/cost/index.js'
import { tf } from '../../src/engine/index.js'
import { readAccelerator, readPeModel } from '../../src/hardware/index.js'
import { count } from '../../src/network/index.js'
import { random } from '../../src/random.js'
import { decide } from '../../src/search/decision/decide.js'
import { decode, parseChoice } from '../../src/search/space/decode.js'
import { exactPrice } from '../../src/search/space/price.js'
import { parseSpace, type Space, searchable } from '../../src/search/space/space.js'
import { type Architecture, largest, randomArchitecture } from '../../src/search/space/space-architectures.js'
import { spacePrices } from '../../src/search/space/space-prices.js'
import { createSupernet, disposeSupernet } from '../../src/search/supernet/supernet.js'
import { largestDifference, normal } from '../engine/values.js'
import { spaceFile, squeezingSpace } from './space/small-space.js'
import { cutLogits, decodedLogits, forced, trained } from './supernet/cut-supernet.js'

/** Spaces whose stages differ in everything that a stage may say. */
const spaces = fc
  .array(
    fc.record({
      blocks: fc.integer({ min: 1, max: 2 }),
      filters: fc.integer({ min: 3, max: 7 }),
      stride: fc.constantFrom(1, 2),
      kernels: fc.subarray([3, 5, 7], { minLength: 1 }),
      expansions: fc.subarray([1.5, 2, 3, 4.25, 6], { minLength: 1, maxLength: 3 }),
      skip: fc.boolean(),
      squeeze: fc.boolean(),
    }),
    { minLength: 1, maxLength: 2 },
  )
  .map(stages => {
    const lines = stages.map(({ skip, ...stage }) =>
      JSON.stringify({ ...stage, skip: skip && stage.blocks > 1 }),
    )
    return parseSpace(spaceFile(['{ fixed: { filters: 4 } }', ...lines]), 'drawn.yaml')
  })

/** How far the supernet with its decisions forced is from the decoded network of the same weights. */
function distance(space: Space, architectures: readonly Architecture[], seed: number): number {
  const supernet = createSupernet(space, 3)
  const x = normal([2, ...space.input])
  const differences = architectures.map(architecture => {
    const weights = trained(space, seed)
    return largestDifference(
      cutLogits(supernet, weights, architecture, x),
      decodedLogits(space, weights, architecture, x),
    )
  })
  disposeSupernet(supernet)
  x.dispose()
  return Math.max(...differences)
}

const drawn = (space: Space, seed: number, length: number) =>
  Array.from({ length }, (_, i) => randomArchitecture(space, random(seed, 'any', i)))

/** The price in the loss of hard decisions. */
const relaxed = ({ fixed, rows }: Awaited<ReturnType<typeof spacePrices>>, space: Space, of: Architecture) =>
  relaxedLatency(
    fixed,
    rows,
    searchable(space).map((block, b) => {
      if (of[b] === SKIP) return decisionsOf(rows[b]!)
      const { kernel, expansion, squeeze } = parseChoice(block, of[b]!)
      return decisionsOf(rows[b]!, kernel, expansion, squeeze)
    }),
  )

describe('whatever the stages of a space say', () => {
  it('the supernet with every pattern of decisions is the decoded network, of a space in full', () => {
    const [first, second] = searchable(squeezingSpace).map(({ choices }) => choices) as [string[], string[]]
    const all = first.flatMap(a => second.map(b => [a, b]))
    expect(all).toHaveLength(72)
    expect(distance(squeezingSpace, all, 1)).toBeLessThan(1e-4)
  })

  it('the supernet is the decoded network, for spaces and decisions drawn at random', () => {
    fc.assert(
      fc.property(spaces, fc.nat(), (space, seed) => {
        expect(distance(space, [largest(space), ...drawn(space, seed, 2)], seed)).toBeLessThan(1e-4)
      }),
      { numRuns: 12 },
    )
  })

  it('the decisions stand for the architecture they were forced to', () => {
    fc.assert(
      fc.property(spaces, fc.nat(), (space, seed) => {
        const [architecture] = drawn(space, seed, 1)
        const thresholds = forced(space, architecture!)
        const margins = searchable(space).map(({ name }) => {
          const of = (kind: string) => thresholds.get(`${name}/thresholds/${kind}`)!.map(t => 1 - t)
          return { kernel: of('kernel'), expansion: of('expansion'), squeeze: of('squeeze')[0]! }
        })
        expect(decide(space, margins)).toEqual(architecture)
      }),
    )
  })

  it('prices in MACs and parameters are those of counting', async () => {
    await fc.assert(
      fc.asyncProperty(spaces, fc.nat(), fc.constantFrom('macs', 'params'), async (space, seed, metric) => {
        const prices = await spacePrices(space, countCostModel, metric as 'macs' | 'params')
        for (const architecture of drawn(space, seed, 3))
          expect(exactPrice(prices, space, architecture)).toBe(
            count(decode(space, architecture))[metric as 'macs' | 'params'],
          )
      }),
      { numRuns: 25 },
    )
  })

  it('prices on an accelerator are those of its estimate', async () => {
    const model = acceleratorCostModel(readAccelerator('edge-int8'), readPeModel())
    await fc.assert(
      fc.asyncProperty(spaces, fc.nat(), async (space, seed) => {
        const prices = await spacePrices(space, model, 'latency')
        const [architecture] = drawn(space, seed, 1)
        const { latencyMs } = await model.estimate(decode(space, architecture!))
        expect(exactPrice(prices, space, architecture!) / latencyMs!).toBeCloseTo(1, 6)
      }),
      { numRuns: 5 },
    )
  })

  /** The architecture with some part of each block at its largest. */
  const cornered = (space: Space, architecture: Architecture, of: 'kernel' | 'expansion', squeeze: boolean) =>
    searchable(space).map((block, b) => {
      if (architecture[b] === SKIP) return SKIP
      const parts = parseChoice(block, architecture[b]!)
      const [kernel, expansion] = [block.kernels.at(-1)!, block.expansions.at(-1)!]
      const k = of === 'kernel' ? kernel : parts.kernel
      const e = of === 'expansion' ? expansion : parts.expansion
      return `${k}x${k}-e${e}${parts.squeeze && squeeze ? '-se' : ''}`
    })

  const exactAt = (model: CostModel, metric: 'macs' | 'params' | 'latency', runs: number, sides: string[]) =>
    fc.assert(
      fc.asyncProperty(spaces, fc.nat(), async (space, seed) => {
        const prices = await spacePrices(space, model, metric)
        const [architecture] = drawn(space, seed, 1)
        for (const side of sides) {
          const [of, squeeze] = side.split(' ') as ['kernel' | 'expansion', string | undefined]
          const corner = cornered(space, architecture!, of, squeeze === 'squeezed')
          const exact = exactPrice(prices, space, corner)
          expect(relaxed(prices, space, corner) / exact, side).toBeCloseTo(1, 9)
        }
      }),
      { numRuns: runs },
    )

  it('the price in the loss is exact with the largest kernels, squeezed or not, and with the widest expansions', async () => {
    const model = acceleratorCostModel(readAccelerator('edge-int8'), readPeModel())
    await exactAt(model, 'latency', 5, ['kernel squeezed', 'kernel', 'expansion'])
  })

  it('in MACs and parameters, where squeezing costs the same at any kernel, also with the widest ones squeezed', async () => {
    for (const metric of ['macs', 'params'] as const)
      await exactAt(countCostModel, metric, 25, ['kernel squeezed', 'kernel', 'expansion squeezed'])
  })

  it('nothing is left behind', () => {
    const before = tf.memory().numTensors
    const supernet = createSupernet(squeezingSpace, 3)
    disposeSupernet(supernet)
    expect(tf.memory().numTensors).toBe(before)
  })
})
