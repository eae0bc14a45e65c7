import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tf } from '../../src/engine/index.js'
import { NetworkError } from '../../src/errors.js'
import { type Conv, type Dense, graph, initialize, type Network } from '../../src/network/index.js'
import {
  kernelCodes,
  kernelValues,
  type Multiplier,
  multiplier,
  roundHalfEven,
  SCHEMES,
  type SchemeName,
  schemes,
} from '../../src/quantize/index.js'
import { random } from '../../src/random.js'

interface Case {
  readonly seed: number
  readonly height: number
  readonly width: number
  readonly channels: number
  readonly filters: number
  readonly kernel: readonly [number, number]
  readonly strides: readonly [number, number]
  readonly dilations: readonly [number, number]
  readonly padding: readonly [number, number, number, number]
  readonly groups: number
}

const size = (max: number) => fc.integer({ min: 1, max })
const pad = fc.integer({ min: 0, max: 2 })
const cases: fc.Arbitrary<Case> = fc
  .record({
    seed: fc.nat(1e6),
    height: fc.integer({ min: 5, max: 8 }),
    width: fc.integer({ min: 5, max: 8 }),
    each: size(3),
    own: size(3),
    kernel: fc.tuple(size(3), size(3)),
    strides: fc.tuple(size(2), size(2)),
    dilations: fc.tuple(size(2), size(2)),
    padding: fc.tuple(pad, pad, pad, pad),
    groups: fc.constantFrom(1, 1, 2, 3),
  })
  .map(({ each, own, ...rest }) => ({ ...rest, channels: each * rest.groups, filters: own * rest.groups }))

/** Weights of all sizes on the grid of a scheme; flightnn's filters have 0, 1 and 2 terms in turn. */
function onGrid(name: SchemeName, shape: readonly number[], seed: number): Float32Array {
  const stream = random(seed, 'weights')
  const filters = shape.at(-1)!
  const length = shape.reduce((product, size) => product * size, 1)
  // Every fourth kernel has a filter that training has all but given up.
  const dead = (i: number) => (seed % 4 === 0 && i % filters === 0 ? 1e-30 : 1)
  const weights = Float32Array.from({ length }, (_, i) => stream.normal() * 2 ** -stream.integer(6) * dead(i))
  return tf.tidy(() => {
    const open = (term: number) => Array.from({ length: filters }, (_, f) => ((f + seed) % 3 > term ? 1 : 0))
    const decision = {
      thresholds: tf.zeros([2]),
      mask: tf.tensor2d([open(0), open(1)], [2, filters]),
      decided: tf.scalar(1),
    }
    const scheme = schemes[name]
    const { value } = scheme.quantize(tf.tensor(weights, [...shape]), scheme.decides ? decision : undefined)
    return value.dataSync().slice() as Float32Array
  })
}

const mapOf = (bits: number, length: number, seed: number): Int16Array => {
  const stream = random(seed, 'map')
  if (bits === 1) return Int16Array.from({ length }, () => (stream.integer(2) ? 1 : -1))
  // The outermost integers too: they are what accumulators must hold.
  const half = 2 ** (bits - 1)
  return Int16Array.from({ length }, (_, i) =>
    i % 5 === 0 ? -half : i % 7 === 0 ? half - 1 : stream.integer(2 * half) - half,
  )
}

/** The layer in big integers, straight from its definition: integers are weights / scale. */
function reference(layer: Conv, weights: Float32Array, scales: Float64Array, map: Int16Array, c: Case) {
  const { height, width, channels, filters, groups } = c
  const [kh, kw] = layer.kernel
  const each = channels / groups
  const along = (length: number, pad: number, axis: 0 | 1) =>
    Math.floor((length + pad - layer.dilations[axis] * (layer.kernel[axis] - 1) - 1) / layer.strides[axis]) +
    1
  const [top, bottom, left, right] = layer.padding
  const [rows, columns] = [along(height, top + bottom, 0), along(width, left + right, 1)]
  const sums: bigint[] = []
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++)
      for (let f = 0; f < filters; f++) {
        const group = Math.floor(f / (filters / groups))
        let sum = 0n
        for (let ky = 0; ky < kh; ky++)
          for (let kx = 0; kx < kw; kx++)
            for (let i = 0; i < each; i++) {
              const row = y * layer.strides[0] + ky * layer.dilations[0] - top
              const column = x * layer.strides[1] + kx * layer.dilations[1] - left
              if (row < 0 || row >= height || column < 0 || column >= width) continue
              const weight = weights[((ky * kw + kx) * each + i) * filters + f]! / scales[f]!
              sum += BigInt(weight) * BigInt(map[(row * width + column) * channels + group * each + i]!)
            }
        sums.push(sum)
      }
  return { sums, output: [rows, columns, filters] }
}

const fits = (c: Case): boolean =>
  c.height + c.padding[0] + c.padding[1] > c.dilations[0] * (c.kernel[0] - 1) &&
  c.width + c.padding[2] + c.padding[3] > c.dilations[1] * (c.kernel[1] - 1)

const whole = (sums: Float64Array): bigint[] => Array.from(sums, sum => BigInt(sum))

describe.each(SCHEMES)('the integers of %s', scheme => {
  const bits = schemes[scheme].activationBits

  it('sum a convolution to what big integers do, whatever its strides, padding, dilations and groups', () => {
    fc.assert(
      fc.property(cases.filter(fits), c => {
        const { kernel, strides, dilations, padding, groups, filters } = c
        const layer: Conv = {
          ...{ type: 'conv', name: 'conv', inputs: ['x'], bias: false },
          ...{ kernel, strides, dilations, padding, groups, filters },
        }
        const shape = [...kernel, c.channels / groups, filters]
        const data = onGrid(scheme, shape, c.seed)
        const map = mapOf(bits, c.height * c.width * c.channels, c.seed)
        const input = [c.height, c.width, c.channels]
        const make = (output: readonly number[]): Multiplier =>
          multiplier({
            ...{ layer, scheme, bits, input, output },
            weights: { 'conv/kernel': { shape, data } },
          })
        const { scales } = make([1, 1, filters])
        const { sums, output } = reference(layer, data, scales, map, c)
        const own = make(output)
        expect(whole(own.accumulate(map))).toEqual(sums)
        for (const sum of sums) {
          expect(sum).toBeLessThan(2n ** BigInt(own.accumulatorBits - 1))
          expect(sum).toBeGreaterThanOrEqual(-(2n ** BigInt(own.accumulatorBits - 1)))
        }
        // The same kernel again, from its codes: not a bit is lost.
        const again = kernelValues(kernelCodes('conv', { shape, data }, scheme)).data
        expect(again.every((value, i) => Object.is(value, data[i]))).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  it('sum a dense layer to what big integers do', () => {
    fc.assert(
      fc.property(fc.nat(1e6), size(70), size(5), (seed, features, units) => {
        const layer: Dense = { type: 'dense', name: 'dense', inputs: ['x'], units, bias: true }
        const shape = [features, units]
        const data = onGrid(scheme, shape, seed)
        const map = mapOf(bits, features, seed)
        const own = multiplier({
          ...{ layer, scheme, bits, input: [features], output: [units] },
          weights: { 'dense/kernel': { shape, data } },
        })
        const sums = Array.from({ length: units }, (_, unit) => {
          let sum = 0n
          for (const [i, x] of map.entries())
            sum += BigInt(data[i * units + unit]! / own.scales[unit]!) * BigInt(x)
          return sum
        })
        expect(whole(own.accumulate(map))).toEqual(sums)
      }),
      { numRuns: 20 },
    )
  })

  it('name a layer whose weights are not on the grid', () => {
    const data = Float32Array.from([1, 0.3, -0.7111, 0.013, 0.5, 0.24])
    expect(() => kernelCodes('stray', { shape: [3, 2], data }, scheme)).toThrow(NetworkError)
    expect(() => kernelCodes('stray', { shape: [3, 2], data }, scheme)).toThrow(/layer "stray".*grid/)
  })
})

describe('an accumulator', () => {
  const one = (scheme: SchemeName, features: number, value: number) => {
    const layer: Dense = { type: 'dense', name: 'wide', inputs: ['x'], units: 1, bias: false }
    const bits = schemes[scheme].activationBits
    const data = new Float32Array(features).fill(value)
    return multiplier({
      ...{ layer, scheme, bits, input: [features], output: [1] },
      weights: { 'wide/kernel': { shape: [features, 1], data } },
    })
  }

  it('has the bits that its largest sum needs, sign included', () => {
    // 127 · 128 · 9 = 146,304 < 2^18; 2^7 · 2^7 · 100 = 1,638,400 < 2^21; 100 < 2^7.
    expect(one('int8', 9, 127).accumulatorBits).toBe(19)
    expect(one('lightnn-1', 100, 1).accumulatorBits).toBe(22)
    expect(one('binary', 100, -1).accumulatorBits).toBe(8)
    // 2^14 · 2^15 · 1,000 is above 2^38.
    expect(one('int16', 1000, 1).accumulatorBits).toBe(40)
  })

  it('holds sums of 16-bit integers beyond 32 bits exactly', () => {
    const sums = one('int16', 1000, 1).accumulate(new Int16Array(1000).fill(-32768))
    expect(sums[0]).toBe(-(2 ** 14) * 2 ** 15 * 1000)
  })

  it('is refused beyond 32 bits where terms are shifted', () => {
    expect(() => one('lightnn-1', 2 ** 17, 1)).toThrow(/layer "wide".*accumulator of 33 bits/)
  })
})

describe('rounding', () => {
  it('takes halves to the even integer, on either side of 0', () => {
    const halves = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 0.49999999999999994, 4503599627370495.5]
    expect(halves.map(x => roundHalfEven(x) + 0)).toEqual([-2, -2, 0, 0, 2, 2, 0, 4503599627370496])
  })
})

describe('kernels of zeros and lone terms', () => {
  const powers = (scheme: SchemeName, values: readonly number[], shape: readonly number[]) => {
    const codes = kernelCodes('layer', { shape, data: Float32Array.from(values) }, scheme)
    if (codes.kind !== 'powers') throw new Error('expected powers of two')
    return codes
  }

  it('need no code of their own: 0 is a power less itself, a lone power a sum of two', () => {
    const { terms, codes, exponent } = powers('lightnn-2', [0, 1, 2 ** -6, 1.5, -0.75], [5, 1])
    expect(exponent).toBe(-6)
    expect([...terms]).toEqual([2])
    expect(codes).toHaveLength(10)
  })

  it('take a filter to two terms in lightnn-1 where a weight is 0, and to none where all are', () => {
    expect([...powers('lightnn-1', [1, 0.5, 0, 0.25, 0.25, 0], [2, 3]).terms]).toEqual([1, 1, 0])
    expect([...powers('lightnn-1', [1, 0.5, 0, 0.25, 0, 0], [2, 3]).terms]).toEqual([1, 2, 0])
  })

  it('keep the sign of 0', () => {
    for (const scheme of ['int8', 'lightnn-2', 'binary-scaled'] as const) {
      const zeros = Float32Array.from([-0, 0, 0, -0])
      const values = kernelValues(kernelCodes('layer', { shape: [2, 2], data: zeros }, scheme)).data
      expect([...values].map(value => Object.is(value, -0))).toEqual([true, false, false, true])
    }
  })
})

/** Only so that the fixtures stay honest: networks of these layers are what the engine runs. */
it('codes of an initialized network are refused until it is quantized', () => {
  const net = graph('plain', [4, 4, 2])
  net.conv(net.input, { name: 'conv', filters: 3 })
  const network: Network = initialize(net.finish(), 1)
  expect(() => kernelCodes('conv', network.weights['conv/kernel']!, 'int8x4')).toThrow(NetworkError)
})
