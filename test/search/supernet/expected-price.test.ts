import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  choiceName,
  decisionsOf,
  type PriceRow,
  readTable,
  relaxedLatency,
  SKIP,
  tablePrices,
} from '../../../src/cost/index.js'
import { tf } from '../../../src/engine/index.js'
import { random } from '../../../src/random.js'
import { readSpace } from '../../../src/search/space/space.js'
import { expectedPrice, priceIncrements } from '../../../src/search/supernet/expected-price.js'
import { PUBLISHED } from '../published-network.js'

/** Decisions of each block in [0, 1], with the first one that every block has left out. */
interface Decided {
  readonly kernel: readonly number[]
  readonly expansion: readonly number[]
  readonly squeeze?: number
}

const products = (factors: readonly number[]) =>
  factors.map((_, i) => factors.slice(0, i + 1).reduce((a, b) => a * b, 1))

/** The price and its slope in every gate. */
function priced(fixed: number, rows: readonly PriceRow[], decided: readonly Decided[]) {
  const increments = priceIncrements(fixed, rows)
  const gates = decided.flatMap(({ kernel, expansion, squeeze = 0 }) => [
    products([1, ...kernel]),
    products(expansion),
    [squeeze],
  ])
  const { value, grads } = tf.valueAndGrads((...gates) => {
    const price = expectedPrice(
      increments,
      rows.map(({ squeezed }, b) => ({
        kernelGates: gates[3 * b]!,
        expansionGates: gates[3 * b + 1]!,
        ...(squeezed && { squeezeGate: gates[3 * b + 2]! }),
      })),
    )
    // Every gate takes part, as tf.valueAndGrads demands, also that of a block which cannot squeeze.
    return tf.add(price, tf.mul(tf.sum(tf.concat(gates)), 0)).asScalar()
  })(gates.map(values => tf.tensor1d(values)))
  return {
    price: value.dataSync()[0]!,
    gates,
    slopes: grads.map(gradient => [...gradient.dataSync()]),
  }
}

const pixel1 = readTable('pixel1')
const rows = tablePrices(pixel1, readSpace('imagenet-single-path'))
const onPixel1 = (choices: readonly string[]) => {
  const decided = rows.map((row, b) => {
    const choice = choices[b]!
    if (choice === SKIP) return decisionsOf(row)
    const [kernel] = row.kernels.filter(k => row.expansions.some(e => choiceName(k, e) === choice))
    const [expansion] = row.expansions.filter(e => choiceName(kernel!, e) === choice)
    return decisionsOf(row, kernel, expansion)
  })
  return priced(pixel1.fixedMs, rows, decided).price
}

describe('the price in the loss', () => {
  it.each([
    ['5x5-e6', 131.458],
    ['3x3-e6', 110.652],
    ['5x5-e3', 76.362],
  ])('of the uniform %s network is %f ms on a Pixel 1', (choice, ms) => {
    expect(onPixel1(rows.map(() => choice))).toBeCloseTo(ms, 3)
  })

  it('of the published network is 80.593 ms', () => {
    expect(onPixel1(PUBLISHED)).toBeCloseTo(80.593, 3)
  })

  /** Blocks with different numbers of kernels and expansions, squeezing or not, prices in no order. */
  const drawn = (seed: number) => {
    const stream = random(seed, 'price')
    const rows = Array.from({ length: 1 + stream.integer(5) }, (_, b): PriceRow => {
      const [kernels, expansions] = [1 + stream.integer(3), 1 + stream.integer(3)]
      const table = () =>
        Array.from({ length: kernels }, () =>
          Array.from({ length: expansions }, () => 0.1 + 5 * stream.uniform()),
        )
      return {
        block: `b${b}`,
        kernels: Array.from({ length: kernels }, (_, i) => 2 * i + 3),
        expansions: Array.from({ length: expansions }, (_, j) => j + 1),
        prices: table(),
        ...(stream.integer(2) === 1 && { squeezed: table() }),
      }
    })
    const decided = rows.map(({ kernels, expansions, squeezed }) => ({
      kernel: kernels.slice(1).map(() => stream.uniform()),
      expansion: expansions.map(() => stream.uniform()),
      ...(squeezed && { squeeze: stream.uniform() }),
    }))
    return { fixed: 10 * stream.uniform(), rows, decided }
  }

  it('is the relaxed latency of the cost room, for any decisions between 0 and 1', () => {
    fc.assert(
      fc.property(fc.nat(), seed => {
        const { fixed, rows, decided } = drawn(seed)
        const expected = relaxedLatency(fixed, rows, decided)
        expect(priced(fixed, rows, decided).price / expected).toBeCloseTo(1, 5)
      }),
      { numRuns: 50 },
    )
  })

  it('has the slope of its finite differences in every gate', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { fixed, rows, decided } = drawn(seed)
      const { gates, slopes } = priced(fixed, rows, decided)
      // R is linear in each gate alone: one block's channels times the ratios, and what squeezing adds.
      const increments = priceIncrements(fixed, rows)
      const price = (gates: readonly (readonly number[])[]) =>
        rows.reduce((sum, _, b) => {
          const dot = (a: readonly number[], c: readonly number[]) =>
            c.reduce((total, value, i) => total + value * a[i]!, 0)
          const [kernel, expansion, squeeze] = [gates[3 * b]!, gates[3 * b + 1]!, gates[3 * b + 2]!]
          const wide = dot(increments.kernels[b]!, kernel) * dot(increments.expansions[b]!, expansion)
          const squeezes = increments.squeezes ? dot(increments.squeezes[b]!, expansion) : 0
          return sum + wide + squeeze[0]! * squeezes
        }, fixed)
      gates.forEach((values, g) => {
        values.forEach((value, i) => {
          const moved = (by: number) => price(gates.with(g, values.with(i, value + by)))
          expect(slopes[g]![i]).toBeCloseTo((moved(0.01) - moved(-0.01)) / 0.02, 4)
        })
      })
    }
  })
})
