import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  averagePool,
  conv2d,
  depthwiseConv2d,
  gradients,
  maxPool,
  type Tensor,
  tf,
} from '../../src/engine/index.js'
import type { Padding } from '../../src/network/index.js'
import { heldInTensorFlow } from './held-in-tensorflow.js'
import { KERNEL_CASES } from './kernel-cases.js'
import { plainAveragePool, plainConv2d, plainDepthwiseConv2d, plainMaxPool } from './plain-windows.js'
import { largestDifference, normal, spread, uniform } from './values.js'

beforeEach(() => tf.engine().startScope())
afterEach(() => tf.engine().endScope())

type Kernel = (...inputs: Tensor[]) => Tensor

/** Gradients of Σ y·c, c fixed normal values. */
const gradientsOf = (f: Kernel, inputs: Tensor[]): Tensor[] =>
  gradients(() => {
    const y = f(...inputs)
    return tf.sum(tf.mul(y, normal(y.shape, 99)))
  }, inputs).gradients

/** The inner product of two tensors, summed in doubles. */
const dot = (a: Tensor, b: Tensor): number => {
  const [values, others] = [a, b].map(tensor => tensor.dataSync() as Float32Array)
  return values!.reduce((sum, value, i) => sum + value * others![i]!, 0)
}

/** The same Σ y·c as a number. */
const weighted = (f: Kernel, inputs: Tensor[]): number =>
  tf.tidy(() => {
    const y = f(...inputs)
    return dot(y, normal(y.shape, 99))
  })

function expectEqual(fused: Tensor, plain: Tensor): void {
  expect(fused.shape).toEqual(plain.shape)
  const size = Math.max(1, ...plain.dataSync().map(value => Math.abs(value)))
  expect(largestDifference(fused.dataSync(), plain.dataSync()) / size).toBeLessThan(1e-5)
}

describe.each(KERNEL_CASES)('$name', ({ fused, plain, inputs }) => {
  it('computes what plain TensorFlow.js computes', () => {
    expectEqual(fused(...inputs()), plain(...inputs()))
  })
})

const differentiable = KERNEL_CASES.filter(({ differentiable = true }) => differentiable)

describe.each(differentiable)('$name', ({ fused, plain, inputs }) => {
  it('has the gradients of plain TensorFlow.js', () => {
    const plainGradients = gradientsOf(plain, inputs())
    gradientsOf(fused, inputs()).forEach((gradient, i) => {
      expectEqual(gradient, plainGradients[i]!)
    })
  })

  /*
   * (f(x + εd) − f(x − εd)) / 2ε against ⟨∇f, d⟩ along directions d uniform in ±1. With ε = 1e-2 the values'
   * rounding (1e-7) costs 1e-5 of the values and the truncation ε²·f‴/6 about as much; 2e-3 of the gradient's norm
   * leaves room for both, and a wrong or missing entry of the gradient is larger.
   */
  it('has the gradients that finite differences show', () => {
    const at = inputs()
    gradientsOf(fused, at).forEach((gradient, i) => {
      for (const seed of [1, 2, 3, 4]) {
        const direction = uniform(at[i]!.shape, -1, 1, seed)
        const moved = (step: number) => at.with(i, tf.add(at[i]!, tf.mul(direction, step)))
        const numeric = (weighted(fused, moved(1e-2)) - weighted(fused, moved(-1e-2))) / 2e-2
        const norm = Math.sqrt(dot(gradient, gradient))
        expect(Math.abs(numeric - dot(gradient, direction))).toBeLessThan(2e-3 * norm + 1e-4)
      }
    })
  })

  it('leaves no tensor behind', () => {
    const run = () => tf.tidy(() => void gradientsOf(fused, inputs()))
    run()
    const before = [tf.memory().numTensors, heldInTensorFlow()]
    run()
    expect([tf.memory().numTensors, heldInTensorFlow()]).toEqual(before)
  })
})

/** Windows that fit: sizes, kernel, strides and padding in both directions. */
const window = fc
  .record({
    size: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
    kernel: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    share: fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.nat(3)),
  })
  .map(({ share: [top, bottom, left, right], ...rest }) => {
    const [kh, kw] = rest.kernel
    const padding: Padding = [top % kh, bottom % kh, left % kw, right % kw]
    return { ...rest, padding }
  })
  .filter(({ size, kernel, padding: [top, bottom, left, right] }) => {
    return size[0] + top + bottom >= kernel[0] && size[1] + left + right >= kernel[1]
  })

type WindowOf = typeof window extends fc.Arbitrary<infer W> ? W : never

const windowed: readonly [string, (window: WindowOf) => { fused: Kernel; plain: Kernel; at: Tensor[] }][] = [
  [
    'conv2d',
    window => ({
      at: [normal([2, ...window.size, 3]), normal([...window.kernel, 3, 2])],
      fused: (x, filter) => conv2d(x!, filter!, window),
      plain: (x, filter) => plainConv2d(x!, filter!, window),
    }),
  ],
  [
    'depthwiseConv2d',
    window => ({
      at: [normal([2, ...window.size, 3]), normal([...window.kernel, 1, 3])],
      fused: (x, filter) => depthwiseConv2d(x!, filter!, window),
      plain: (x, filter) => plainDepthwiseConv2d(x!, filter!, window),
    }),
  ],
  [
    'maxPool',
    window => ({
      at: [spread([2, ...window.size, 3])],
      fused: x => maxPool(x!, window),
      plain: x => plainMaxPool(x!, window),
    }),
  ],
  [
    'averagePool',
    window => ({
      at: [normal([2, ...window.size, 3])],
      fused: x => averagePool(x!, window),
      plain: x => plainAveragePool(x!, window),
    }),
  ],
]

describe.each(windowed)('%s', (_, make) => {
  it('is that of plain TensorFlow.js for any window that fits, value and gradients', () => {
    fc.assert(
      fc.property(window, drawn => {
        tf.tidy(() => {
          const { fused, plain, at } = make(drawn)
          expectEqual(fused(...at), plain(...at))
          const expected = gradientsOf(plain, at)
          gradientsOf(fused, at).forEach((gradient, i) => {
            expectEqual(gradient, expected[i]!)
          })
        })
      }),
      { numRuns: 40 },
    )
  })
})
