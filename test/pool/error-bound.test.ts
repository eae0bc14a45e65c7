import fc from 'fast-check'
import { SVD } from 'ml-matrix'
import { describe, expect, it } from 'vitest'
import { tf } from '../../src/engine/index.js'
import { NetworkError } from '../../src/errors.js'
import {
  ACTIVATION_FUNCTIONS,
  type Activation,
  createNetwork,
  graph,
  inferShapes,
  initialize,
  type Network,
  resnet,
} from '../../src/network/index.js'
import { errorBound, poolable, poolConvolution, poolingErrors } from '../../src/pool/index.js'
import { secantSlopes } from '../../src/pool/secant-slopes.js'
import { spectralNorm } from '../../src/pool/spectral-norm.js'
import { random } from '../../src/random.js'
import { normals, withRandomWeights } from '../network/random-network.js'
import { referenceForward } from '../network/reference-forward.js'
import { randomConvolution } from './random-convolution.js'

/** The error of pooling "conv", in doubles, and its two bounds, for one image. */
function compare(network: Network, image: Float32Array) {
  const [exact, pooled] = [network, poolConvolution(network, 'conv')].map(each =>
    referenceForward(each, image),
  )
  const bound = tf.tidy(() => {
    const { values, pixels } = errorBound(network, 'conv')(tf.tensor(image, [1, ...network.input.shape]))
    return { values: values.dataSync(), pixels: pixels.dataSync(), shape: values.shape }
  })
  const channels = bound.shape[3]!
  const error = pooled!.map((value, i) => value - exact![i]!)
  const norms = Array.from(bound.pixels, (_, i) =>
    Math.hypot(...error.subarray(i * channels, (i + 1) * channels)),
  )
  return { error, norms, bound }
}

/** Images that are noise, smooth, one bright pixel, or constant. */
function draw(seed: number, [height, width, channels]: readonly number[]): Float32Array {
  const stream = random(seed, 'image')
  const length = height! * width! * channels!
  const place = (i: number) =>
    [Math.floor(i / channels! / width!), Math.floor(i / channels!) % width!] as const
  switch (seed % 4) {
    case 0:
      return normals(length, stream)
    case 1: {
      const [a, b, c] = normals(3, stream)
      return Float32Array.from({ length }, (_, i) => {
        const [row, column] = place(i)
        return Math.sin(a! * row + b! * column + c! * (i % channels!))
      })
    }
    case 2: {
      const bright = stream.integer(length)
      return Float32Array.from({ length }, (_, i) => (i === bright ? 100 : 0))
    }
    default:
      return new Float32Array(length).fill(stream.normal())
  }
}

describe('the error of a pooled convolution', () => {
  it('is never above its bound, at any value nor at any pixel, whatever the convolution and the image', () => {
    let largest = 0
    fc.assert(
      fc.property(fc.nat(1e6), fc.nat(1e6), (seed, image) => {
        const network = randomConvolution(seed)
        const { error, norms, bound } = compare(network, draw(image, network.input.shape))
        // The bound is computed in float32.
        const above = (value: number, limit: number) => value - limit * (1 + 1e-5)
        expect(error.length).toBe(bound.values.length)
        error.forEach((value, i) => {
          expect(above(Math.abs(value), bound.values[i]!)).toBeLessThan(1e-6)
          largest = Math.max(largest, Math.abs(value) / (bound.values[i]! + 1e-6))
        })
        norms.forEach((value, i) => {
          expect(above(value, bound.pixels[i]!)).toBeLessThan(1e-6)
        })
      }),
      { numRuns: 400, seed: 3 },
    )
    expect(largest).toBeGreaterThan(0.99)
  })

  it('is its bound where one channel is scaled, and where a relu cuts off a single pixel', () => {
    const net = graph('tight', [5, 5, 1])
    const conv = net.conv(net.input, { name: 'conv', filters: 1, kernel: 1 })
    const kernel = { 'conv/kernel': { shape: [1, 1, 1, 1], data: Float32Array.of(3) } }
    const bright = Float32Array.from({ length: 25 }, (_, i) => (i === 7 ? 1 : 0))
    const linear = createNetwork({ ...net.finish(), weights: kernel })
    const { error, bound } = compare(linear, bright)
    expect([error[7], bound.values[7], bound.pixels[7]]).toEqual([-3, 3, 3])
    net.activation(conv)
    const cut = compare(createNetwork({ ...net.finish(), weights: kernel }), bright)
    expect([cut.error[7], cut.bound.values[7]]).toEqual([-3, 3])
  })

  it('is zero, and its bound too, at the pixels that are kept', () => {
    const network = randomConvolution(5)
    const [, width, channels] = inferShapes(network).get('conv') as readonly [number, number, number]
    const { error, bound } = compare(network, draw(4, network.input.shape))
    bound.values.forEach((limit, i) => {
      const pixel = Math.floor(i / channels)
      if ((pixel % width) % 2 === 0 && Math.floor(pixel / width) % 2 === 0)
        expect([limit, error[i]! + 0]).toEqual([0, 0])
    })
  })

  it('is measured beside its bound for every convolution of a network', () => {
    const network = withRandomWeights(resnet({ depth: 8 }), 1)
    const images = normals(4 * 3072, random(1, 'images'))
    const errors = poolingErrors(network, { images, count: 4 })
    expect(errors.map(({ layer }) => layer)).toEqual(poolable(network).layers)
    for (const { output, error, bound } of errors) {
      expect(error.rms).toBeGreaterThan(0.01 * output.rms)
      for (const size of ['max', 'rms'] as const) {
        expect(error[size]).toBeLessThan(bound[size])
        expect(error[size]).toBeGreaterThan(0.01 * bound[size])
      }
    }
    const before = tf.memory().numTensors
    expect(poolingErrors(network, { images, count: 4 }, ['stem'])).toEqual(errors.slice(0, 1))
    expect(tf.memory().numTensors).toBe(before)
  })

  it('cannot be told without weights, of another layer, or of what cannot be pooled', () => {
    const network = initialize(resnet({ depth: 8 }), 1)
    const images = { images: new Float32Array(3072), count: 1 }
    for (const [of, layer, message] of [
      [{ ...network, weights: {} }, 'stem', /network "resnet8" has no weights/],
      [network, 'classifier', /"classifier" is of type dense/],
      [network, 'nothing', /no layer "nothing"/],
    ] as const) {
      expect(() => errorBound(of, layer)).toThrow(message)
      expect(() => poolingErrors(of, images, [layer])).toThrow(NetworkError)
    }
    const pooled = poolConvolution(network, 'stem')
    expect(() => poolingErrors(pooled, images, ['stem'])).toThrow(/interpolated already/)
  })
})

describe('the parts of the bound', () => {
  it.each(ACTIVATION_FUNCTIONS)(
    'secants of %s have slopes between those given, and come near to both',
    name => {
      const slope = name === 'leakyRelu' ? { slope: 0.1 } : {}
      const layer: Activation = { type: 'activation', name: 'a', inputs: ['x'], function: name, ...slope }
      const network = { input: { name: 'x', shape: [1] }, layers: [layer], name: 'n', weights: {} }
      const [[low, high]] = secantSlopes([layer], 1, network) as [[number, number]]
      const at = (x: number) => referenceForward(network, [x])[0]!
      let [least, most] = [1, 0]
      for (let x = -4.5; x < 4.5; x += 0.01) {
        const secant = (at(x + 0.02) - at(x)) / 0.02
        ;[least, most] = [Math.min(least, secant), Math.max(most, secant)]
      }
      expect(least).toBeGreaterThanOrEqual(low - 1e-6)
      expect(most).toBeLessThanOrEqual(high + 1e-6)
      expect([least - low, high - most].every(gap => gap < 0.02)).toBe(true)
    },
  )

  it('spectral norms are the largest singular values', () => {
    const stream = random(1, 'matrix')
    for (const [rows, columns] of [
      [1, 9],
      [4, 7],
      [9, 3],
      [6, 6],
    ] as const) {
      const matrix = Array.from({ length: rows }, () =>
        Float64Array.from({ length: columns }, () => stream.normal()),
      )
      const { diagonal } = new SVD(
        matrix.map(row => [...row]),
        { autoTranspose: true },
      )
      expect(spectralNorm(matrix)).toBeCloseTo(Math.max(...diagonal), 10)
    }
    expect(spectralNorm([new Float64Array(4)])).toBe(0)
  })
})
