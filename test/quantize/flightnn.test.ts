import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CostModel, countCostModel, parseConstraint } from '../../src/cost/index.js'
import { gradients, type Tensor, tf } from '../../src/engine/index.js'
import { CostError, InfeasibleError, InputError } from '../../src/errors.js'
import { graph, initialize } from '../../src/network/index.js'
import {
  decideTerms,
  openTerms,
  priceOfTerms,
  schemes,
  termsOf,
  termsPrice,
} from '../../src/quantize/index.js'
import { expectedPrice } from '../../src/quantize/terms-price.js'
import { normal } from '../engine/values.js'

beforeEach(() => tf.engine().startScope())
afterEach(() => tf.engine().endScope())

const SHAPE = [3, 3, 4, 5]
const FILTERS = 5
const kernel = () => tf.mul(normal(SHAPE, 3), tf.tensor1d([0.1, 0.2, 0.3, 0.1, 0.4])) as Tensor
const values = (tensor: Tensor) => [...tensor.dataSync()]
const undecided = (thresholds: readonly number[]) => ({
  thresholds: tf.tensor1d([...thresholds]),
  mask: tf.ones([2, FILTERS]),
  decided: tf.scalar(0),
})
const flightnn = (w: Tensor, thresholds: readonly number[]) =>
  schemes.flightnn.quantize(w, undecided(thresholds))

/** Norms of a kernel's filters, in doubles. */
const normsOf = (data: ArrayLike<number>): number[] =>
  Array.from({ length: FILTERS }, (_, f) =>
    Math.sqrt(
      Array.from(data)
        .filter((_, i) => i % FILTERS === f)
        .reduce((sum, x) => sum + x * x, 0),
    ),
  )

describe('FLightNN', () => {
  it('without thresholds is LightNN-2, decided to one term LightNN-1, to none nothing', () => {
    const w = kernel()
    const two = values(schemes['lightnn-2'].quantize(w).value)
    const one = values(schemes['lightnn-1'].quantize(w).value)
    expect(values(schemes.flightnn.quantize(w).value)).toEqual(two)
    expect(values(flightnn(w, [0, 0]).value)).toEqual(two)
    const mask = tf.tensor2d([
      [1, 1, 0, 1, 1],
      [1, 0, 0, 0, 1],
    ])
    const { value } = schemes.flightnn.quantize(w, { thresholds: tf.zeros([2]), mask, decided: tf.scalar(1) })
    const got = values(value)
    got.forEach((v, i) => {
      expect(v).toBe([two, one, got.map(() => 0), one, two][i % FILTERS]![i]! + 0)
    })
    expect([...termsOf({ shape: SHAPE, data: Float32Array.from(got) })]).toEqual([2, 1, 0, 1, 2])
  })

  it('has the terms whose remainder is above the threshold, each only behind those before it', () => {
    const w = kernel()
    const rest = values(tf.sub(w, schemes['lightnn-1'].quantize(w).value))
    const [norms, rests] = [normsOf(w.dataSync()), normsOf(rest)]
    const [t0, t1] = [norms.toSorted((a, b) => a - b)[1]!, rests.toSorted((a, b) => a - b)[3]!]
    const { terms } = flightnn(w, [t0 * 1.001, t1 * 0.999])
    const expected = norms.map((norm, f) => (norm > t0 * 1.001 ? (rests[f]! > t1 * 0.999 ? 2 : 1) : 0))
    const [first, second] = terms!.gates.map(values)
    expect(first!.map((g, f) => g + second![f]!)).toEqual(expected)
    expect(expected).toContain(0)
    terms!.norms.map(values).forEach((got, term) => {
      got.forEach((norm, f) => {
        expect(norm).toBeCloseTo([norms, rests][term]![f]!, 5)
      })
    })
  })

  it('has no second term where one is enough', () => {
    const once = schemes['lightnn-1'].quantize(kernel()).value
    expect(values(flightnn(once, [0, 0]).terms!.gates[1]!)).toEqual([0, 0, 0, 0, 0])
  })

  it('has in thresholds and kernel the gradient of its relaxed form', () => {
    const w = kernel()
    const t = [0.4, 0.15]
    const upstream = normal(SHAPE, 9)
    const thresholds = tf.tensor1d(t)
    const {
      gradients: [inKernel, inThresholds],
    } = gradients(
      () => tf.sum(tf.mul(schemes.flightnn.quantize(w, { ...undecided(t), thresholds }).value, upstream)),
      [w, thresholds],
    )
    // Gates as what they are plus what sigmoid(‖r‖ − t) changes; R a constant but for the first, which is w's.
    const start = values(w)
    const one = values(schemes['lightnn-1'].quantize(w).value)
    const two = values(tf.sub(schemes['lightnn-2'].quantize(w).value, schemes['lightnn-1'].quantize(w).value))
    const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
    const u = values(upstream)
    const hard = [normsOf(start), normsOf(start.map((x, i) => x - one[i]!))].map((norms, j) =>
      norms.map(norm => norm - t[j]!),
    )
    const relaxed = (data: readonly number[], thresholds: readonly number[]): number => {
      const norms = [normsOf(data), normsOf(data.map((x, i) => x - one[i]!))]
      const gates = norms.map((each, j) =>
        each.map((norm, f) => {
          const margin = hard[j]![f]!
          return Number(margin > 0) + sigmoid(norm - thresholds[j]!) - sigmoid(margin)
        }),
      )
      return data.reduce((sum, x, i) => {
        const f = i % FILTERS
        const first = one[i]! + (x - start[i]!)
        return sum + u[i]! * gates[0]![f]! * (first + gates[1]![f]! * two[i]!)
      }, 0)
    }
    const h = 1e-5
    const moved = (list: readonly number[], i: number, by: number) =>
      list.map((x, k) => (k === i ? x + by : x))
    for (const j of [0, 1]) {
      const slope = (relaxed(start, moved(t, j, h)) - relaxed(start, moved(t, j, -h))) / (2 * h)
      expect(values(inThresholds!)[j]).toBeCloseTo(slope, 4)
    }
    for (const i of [0, 1, 33, 77, 179]) {
      const slope = (relaxed(moved(start, i, h), t) - relaxed(moved(start, i, -h), t)) / (2 * h)
      expect(values(inKernel!)[i]).toBeCloseTo(slope, 4)
    }
  })

  it('draws weights to powers of two by the norm of what is left', () => {
    const w = kernel()
    const {
      gradients: [gradient],
    } = gradients(() => tf.sum(flightnn(w, [0, 0]).terms!.norms[1]!), [w])
    const rest = values(tf.sub(w, schemes['lightnn-1'].quantize(w).value))
    const norms = normsOf(rest)
    values(gradient!).forEach((g, i) => {
      expect(g).toBeCloseTo(rest[i]! / norms[i % FILTERS]!, 5)
    })
  })

  it('has finite gradients where a filter is 0', () => {
    const w = tf.mul(kernel(), tf.tensor1d([1, 0, 1, 1, 1])) as Tensor
    const {
      gradients: [gradient],
    } = gradients(() => {
      const { value, terms } = flightnn(w, [0, 0])
      return tf.add(tf.sum(value), tf.sum(tf.add(terms!.norms[0]!, terms!.norms[1]!)))
    }, [w])
    expect(values(gradient!).every(Number.isFinite)).toBe(true)
  })
})

function small() {
  const net = graph('small', [6, 6, 2])
  const a = net.conv(net.input, { name: 'a', filters: 4 })
  const b = net.conv(net.activation(a), { name: 'b', filters: 3 })
  net.dense(net.globalAveragePool(b), { name: 'c', units: 2 })
  return initialize(net.finish(), 1)
}

describe('the price of terms', () => {
  const layers = ['a', 'b']
  const terms = { a: [2, 1, 1, 0], b: [2, 2, 1] }

  it('in terms is their average over the weights', async () => {
    const price = await termsPrice(small(), layers, parseConstraint('terms<=1.4'))
    const [a, b] = [9 * 2 * 4, 9 * 4 * 3]
    const expected = (18 * (2 + 1 + 1 + 0) + 36 * (2 + 2 + 1)) / (a + b)
    expect(priceOfTerms(price, terms)).toBeCloseTo(expected, 12)
    expect(priceOfTerms(price, { a: [1, 1, 1, 1], b: [1, 1, 1] })).toBe(1)
  })

  it('on an accelerator is what a layer costs with one term, for each of them', async () => {
    const model: CostModel = {
      ...{ name: 'paper', kind: 'accelerator' },
      estimate: async () => ({
        ...{ latencyMs: 7, energyMj: 5, macs: 1, params: 1 },
        layers: [
          { name: 'a', latencyMs: 2, energyMj: 1 },
          { name: 'b', latencyMs: 3, energyMj: 1 },
          { name: 'c', latencyMs: 1, energyMj: 1 },
        ],
      }),
    }
    const price = await termsPrice(small(), layers, parseConstraint('latency<=9ms'), model)
    expect(price).toEqual({ metric: 'latency', fixed: 2, layers: { a: 2, b: 3 }, per: 1 })
    expect(priceOfTerms(price, terms)).toBe(2 + 2 * 1 + (3 * 5) / 3)
    const gates = (counts: readonly number[]) => ({
      ...{ norms: [], margins: [] },
      gates: [1, 2].map(k => tf.tensor1d(counts.map(count => Number(count >= k)))),
    })
    const expected = expectedPrice(
      price,
      new Map([
        ['a', gates(terms.a)],
        ['b', gates(terms.b)],
      ]),
    )
    expect(expected.dataSync()[0]).toBeCloseTo(9, 5)
  })

  it('is refused where terms change nothing, nothing prices them, or layers are not told apart', async () => {
    const of = (text: string, model?: CostModel) => termsPrice(small(), layers, parseConstraint(text), model)
    await expect(of('macs<=50%')).rejects.toThrow(InputError)
    await expect(of('macs<=50%')).rejects.toThrow('terms change no macs')
    await expect(of('energy<=50%')).rejects.toThrow('name what energy is priced on with --on')
    await expect(of('latency<=1ms', countCostModel)).rejects.toThrow(CostError)
  })
})

describe('the decision over terms', () => {
  const margins = {
    a: [
      [3, 2, 1, -1],
      [0.5, 0.2, 0.4, 0.3],
    ],
    b: [
      [9, 8],
      [0.1, -1],
    ],
  }
  const price = { metric: 'terms', fixed: 0, layers: { a: 0.5, b: 0.5 }, per: 1 } as const

  it('takes what is open, a filter’s terms up to the first that is closed', () => {
    expect(openTerms(margins)).toEqual({ a: [2, 2, 2, 0], b: [2, 1] })
    expect(decideTerms(margins)).toEqual({ a: [2, 2, 2, 0], b: [2, 1] })
  })

  it('under a bound takes the terms of greatest margin that it allows, open or not', () => {
    // In order: b 9, b 8, a 3, a 2, a 1, a's second terms 0.5, 0.4, 0.2, b's 0.1, then what is below 0.
    expect(decideTerms(margins, price, 2)).toEqual({ a: [2, 2, 2, 2], b: [2, 2] })
    expect(decideTerms(margins, price, 1.5)).toEqual({ a: [2, 2, 2, 0], b: [2, 1] })
    expect(decideTerms(margins, price, 1.3)).toEqual({ a: [2, 2, 2, 0], b: [1, 1] })
    expect(decideTerms(margins, price, 1)).toEqual({ a: [2, 1, 1, 0], b: [1, 1] })
    expect(decideTerms(margins, price, 0.63)).toEqual({ a: [1, 0, 0, 0], b: [1, 1] })
    expect(decideTerms(margins, price, 0.4)).toEqual({ a: [1, 0, 0, 0], b: [1, 0] })
  })

  it('leaves every layer a term, and says what can be reached', () => {
    expect(() => decideTerms(margins, price, 0.3)).toThrow(InfeasibleError)
    expect(() => decideTerms(margins, price, 0.3)).toThrow(
      'the smallest terms that terms can reach is 0.375, above 0.3',
    )
    expect(
      decideTerms({
        a: [
          [-2, -1],
          [0, 0],
        ],
      }),
    ).toEqual({ a: [0, 1] })
  })

  it('keeps any bound that can be kept, and leaves no room for another term', () => {
    const margin = fc.double({ min: -1, max: 3, noNaN: true })
    const layer = fc.array(fc.tuple(margin, margin), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(layer, layer, fc.double({ min: 0.1, max: 2, noNaN: true }), (a, b, bound) => {
        const byTerm = (pairs: [number, number][]) => [0, 1].map(j => pairs.map(pair => pair[j]!))
        const margins = { a: byTerm(a), b: byTerm(b) }
        let terms: ReturnType<typeof decideTerms>
        try {
          terms = decideTerms(margins, price, bound)
        } catch (error) {
          expect(error).toBeInstanceOf(InfeasibleError)
          expect(0.5 / a.length + 0.5 / b.length).toBeGreaterThan(bound * (1 - 1e-9))
          return
        }
        const reached = priceOfTerms(price, terms)
        expect(reached).toBeLessThanOrEqual(bound)
        for (const filters of Object.values(terms))
          if (filters.some(count => count < 2))
            expect(reached + 0.5 / filters.length).toBeGreaterThan(bound * (1 - 1e-9))
      }),
      { numRuns: 200, seed: 1 },
    )
  })
})
