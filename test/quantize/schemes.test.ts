import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { compile, gradients, type Tensor, tf } from '../../src/engine/index.js'
import { InputError } from '../../src/errors.js'
import { PE_WIDTHS } from '../../src/hardware/index.js'
import { integerScheme, SCHEMES, type SchemeName, schemes, termsOf } from '../../src/quantize/index.js'
import { normal } from '../engine/values.js'

beforeEach(() => tf.engine().startScope())
afterEach(() => tf.engine().endScope())

type Grid = (filter: readonly number[], layer: readonly number[]) => readonly number[]

/** m·2ᵉ, …: what a filter's weights may be, put together by brute force from the filter and its layer. */
const powers = (layer: readonly number[], terms: number): readonly number[] => {
  const most = Math.max(...layer.map(Math.abs))
  let top = -63
  while (most >= (1 + 2 ** -1.5) * 2 ** top) top++
  const single = Array.from({ length: 8 }, (_, i) => 2 ** (top - i)).flatMap(p => [p, -p])
  return terms === 1 ? [...single, 0] : [0, ...single, ...single.flatMap(a => single.map(b => a + b))]
}
const multiples = (step: number, most: number) =>
  Array.from({ length: 2 * most + 1 }, (_, i) => (i - most) * step)

interface Case {
  readonly grid: Grid
  /** Whether 0 has a place on the grid. */
  readonly zero: boolean
  readonly bits: number
}

const cases: Readonly<Record<SchemeName, Case>> = {
  int16: {
    grid: filter => {
      const most = Math.max(...filter.map(Math.abs))
      let step = 2 ** -60
      while (most >= 32767.5 * step) step *= 2
      return multiples(step, 32767)
    },
    zero: true,
    bits: 16,
  },
  int8: { grid: filter => multiples(fine(filter, 127), 127), zero: true, bits: 8 },
  int8x4: { grid: filter => multiples(fine(filter, 7), 7), zero: true, bits: 4 },
  'lightnn-1': { grid: (_, layer) => powers(layer, 1), zero: true, bits: 4 },
  'lightnn-2': { grid: (_, layer) => powers(layer, 2), zero: true, bits: 8 },
  flightnn: { grid: (_, layer) => powers(layer, 2), zero: true, bits: 8 },
  binary: { grid: () => [-1, 1], zero: false, bits: 1 },
  'binary-scaled': {
    grid: filter => {
      const scale = rounded16(filter.reduce((sum, w) => sum + Math.abs(w), 0) / filter.length)
      return [-scale, scale]
    },
    zero: false,
    bits: 1,
  },
}

/** To 16 significant bits. */
function rounded16(x: number): number {
  const unit = 2 ** (Math.floor(Math.log2(x)) - 15)
  return Math.round(x / unit) * unit
}
const fine = (filter: readonly number[], most: number) => rounded16(Math.max(...filter.map(Math.abs)) / most)

const SHAPE = [3, 3, 5, 6]
const FILTERS = 6
/** Where filters decide, that all have both terms: gates have gradients of their own. */
const allTerms = () => ({ thresholds: tf.zeros([2]), mask: tf.ones([2, FILTERS]), decided: tf.scalar(1) })
const filterOf = (values: ArrayLike<number>, filter: number) =>
  Array.from(values).filter((_, i) => i % FILTERS === filter)
const kernel = (seed = 1, scale = 0.2): Tensor => tf.mul(normal(SHAPE, seed), scale)
const values = (tensor: Tensor) => [...tensor.dataSync()]

describe.each(SCHEMES)('%s', name => {
  const scheme = schemes[name]
  const { grid, zero, bits } = cases[name]
  const quantized = (kernel: Tensor) => scheme.quantize(kernel).value

  it('puts every weight on its grid, at one of the two nearest places', () => {
    const w = kernel()
    const [before, after] = [values(w), values(quantized(w))]
    for (let filter = 0; filter < FILTERS; filter++) {
      const places = [...new Set(grid(filterOf(before, filter), before))].sort((a, b) => a - b)
      const after1 = filterOf(after, filter)
      for (const [i, value] of filterOf(before, filter).entries()) {
        expect(places).toContain(after1[i])
        const between = places.filter(
          place =>
            Math.abs(place - value) < Math.abs(after1[i]! - value) &&
            (place - value) * (after1[i]! - value) > 0,
        )
        expect(between).toHaveLength(0)
      }
    }
  })

  it('leaves what is on its grid, bit by bit', () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.integer({ min: -20, max: 10 }), (seed, exponent) =>
        tf.tidy(() => {
          const once = quantized(kernel(seed, 2 ** exponent * (1 + (seed % 7) / 7)))
          expect(values(quantized(once))).toEqual(values(once))
        }),
      ),
      { numRuns: 40, seed: 1 },
    )
  })

  it('keeps the order of the weights of a filter', () => {
    const w = kernel(2)
    const after = values(quantized(w))
    for (let filter = 0; filter < FILTERS; filter++) {
      const sorted = filterOf(values(w), filter)
        .map((value, i) => [value, filterOf(after, filter)[i]!] as const)
        .sort(([a], [b]) => a - b)
      sorted.slice(1).forEach(([, value], i) => {
        expect(value).toBeGreaterThanOrEqual(sorted[i]![1])
      })
    }
  })

  it(`${zero ? 'keeps' : 'has no'} 0`, () => {
    const w = tf.mul(kernel(3), tf.tensor1d([1, 1, 0, 1, 1, 1]))
    const after = filterOf(values(quantized(w)), 2)
    const expected = name === 'binary' ? 1 : 0
    for (const value of after) expect(Math.abs(value)).toBe(expected)
    for (const value of values(quantized(tf.zeros(SHAPE)))) expect(Math.abs(value)).toBe(expected)
  })

  it('has numbers only where a filter is next to nothing', () => {
    for (const size of [1e-45, 1e-38, 1e-30, 1e-15])
      for (const value of values(quantized(tf.mul(kernel(3), size)))) expect(value).toSatisfy(Number.isFinite)
  })

  it('passes the gradient of the quantized kernel straight through', () => {
    const w = kernel(4)
    const upstream = normal(SHAPE, 5)
    const {
      gradients: [gradient],
    } = gradients(() => tf.sum(tf.mul(scheme.quantize(w, allTerms()).value, upstream)), [w])
    const got = values(gradient!)
    const scales =
      name === 'binary-scaled' ? values(tf.mean(tf.abs(w), [0, 1, 2])) : Array<number>(FILTERS).fill(1)
    // The scale α = mean|w| has a gradient of its own: sign(w)·Σ upstream·sign(w) / n.
    const own = (i: number) => {
      if (name !== 'binary-scaled') return 0
      const filter = i % FILTERS
      const [ws, us] = [filterOf(values(w), filter), filterOf(values(upstream), filter)]
      return (Math.sign(values(w)[i]!) * us.reduce((s, u, k) => s + u * Math.sign(ws[k]!), 0)) / ws.length
    }
    for (const i of [0, 1, 7, 100, 269])
      expect(got[i]).toBeCloseTo(values(upstream)[i]! * scales[i % FILTERS]! + own(i), 4)
  })

  it('has the same bits in a compiled step', () => {
    const w = kernel(6)
    const program = compile(({ w }) => ({ value: quantized(w!) }))
    expect(values(program.run({ w })['value']!)).toEqual(values(quantized(w)))
    program.dispose()
  })

  it('works with kernels of dense layers', () => {
    expect(quantized(normal([7, 4])).shape).toEqual([7, 4])
  })

  it(`takes ${bits} bits a weight, and says what computes with it`, () => {
    const w = quantized(kernel(7))
    const weight = { shape: SHAPE, data: w.dataSync() as Float32Array }
    expect(scheme.bits(weight) / weight.data.length).toBe(bits)
    expect(scheme.weightBits).toBe(bits)
    expect(scheme.name).toBe(name)
    if (scheme.peType === undefined) return
    const widths = PE_WIDTHS[scheme.peType]
    expect(widths.activationBits).toBe(scheme.activationBits)
    expect(widths.weightBits).toBe(name === 'flightnn' ? 4 : bits)
  })
})

describe('a sum of powers of two', () => {
  it('is nearer with a second term', () => {
    const w = kernel(8)
    const error = (terms: 1 | 2) => {
      const q = schemes[`lightnn-${terms}`].quantize(w).value
      return values(tf.abs(tf.sub(q, w)))
    }
    const [one, two] = [error(1), error(2)]
    two.forEach((value, i) => {
      expect(value).toBeLessThanOrEqual(one[i]!)
    })
    const mean = (errors: number[]) => errors.reduce((sum, e) => sum + e, 0) / errors.length
    expect(mean(two)).toBeLessThan(mean(one) / 3)
  })

  it('rounds on a log scale: √2 is the border', () => {
    const w = tf.tensor2d([1, 1.413, 1.415, -0.353, -0.354, 0, 2 ** -9, 3e-8], [8, 1])
    expect(values(schemes['lightnn-1'].quantize(w).value)).toEqual([
      ...[1, 1, 2, -0.25, -0.5, 0],
      ...[2 ** -6, 2 ** -6],
    ])
  })

  it('is counted back from the weights', () => {
    const data = Float32Array.of(0, 0.5, 0, 0, -2, 0.75)
    expect([...termsOf({ shape: [2, 3], data })]).toEqual([0, 1, 2])
    expect(schemes.flightnn.bits({ shape: [2, 3], data })).toBe(2 * 4 * (0 + 1 + 2))
  })
})

describe('integers', () => {
  const parts = { name: 'int8', peType: 'int8', steps: 'any' } as const

  it.each([1, 17, 4.5])('of %f bits are refused', weightBits => {
    expect(() => integerScheme({ ...parts, weightBits, activationBits: 8 })).toThrow(InputError)
    expect(() => integerScheme({ ...parts, weightBits, activationBits: 8 })).toThrow(
      `weights have 2 to 16 bits, got ${weightBits}`,
    )
  })

  it('of feature maps have 8 or 16 bits', () => {
    expect(() => integerScheme({ ...parts, weightBits: 8, activationBits: 4 })).toThrow(
      'feature maps have 8 or 16 bits, got 4',
    )
  })
})
