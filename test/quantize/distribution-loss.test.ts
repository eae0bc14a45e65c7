import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { compile, gradients, type Tensor, tf } from '../../src/engine/index.js'
import { DISTRIBUTION_FORMS, distributionLoss } from '../../src/quantize/index.js'
import { random } from '../../src/random.js'
import { normal } from '../engine/values.js'

beforeEach(() => tf.engine().startScope())
afterEach(() => tf.engine().endScope())

/** [n, 1] of a mean and a deviation, exactly up to rounding. */
function shaped(mean: number, deviation: number, n = 64): Tensor {
  const stream = random(1, 'shape', n)
  const raw = Array.from({ length: n }, () => stream.normal())
  const own = raw.reduce((sum, x) => sum + x, 0) / n
  const spread = Math.sqrt(raw.reduce((sum, x) => sum + (x - own) ** 2, 0) / n)
  return tf.tensor2d(
    raw.map(x => mean + (deviation * (x - own)) / spread),
    [n, 1],
  )
}
const loss = (form: 'paper' | 'repo', mean: number, deviation: number) =>
  distributionLoss(shaped(mean, deviation), form).dataSync()[0]!

describe('the distribution loss', () => {
  it.each([
    // mean, deviation, paper: degeneration + saturation + mismatch
    [3, 1, 4 + 0 + 0],
    [-3, 1, 4 + 0 + 0],
    [0, 8, 0 + 1 + 0],
    [0.5, 0.4, 0.01 + 0 + 0.16],
    [0, 0, 0 + 0 + 1],
  ])('of mean %f and deviation %f is %f in the paper’s form', (mean, deviation, expected) => {
    expect(loss('paper', mean, deviation)).toBeCloseTo(expected, 4)
  })

  it.each([
    // (2 − |μ| − σ)₊² + (σ − 4)₊² + (μ² − σ²)₊
    [3, 1, 0 + 0 + 8],
    [0, 6, 0 + 4 + 0],
    [-0.5, 0.4, 1.21 + 0 + 0.09],
  ])('of mean %f and deviation %f is %f in the form of the released code', (mean, deviation, expected) => {
    expect(loss('repo', mean, deviation)).toBeCloseTo(expected, 4)
  })

  it.each(DISTRIBUTION_FORMS)('is exactly 0 over a band of shapes, with no gradient (%s)', form => {
    for (const [mean, deviation] of [
      [0, 4],
      [0.9, 1.2],
      [-1.5, 2],
      [1, 3.9],
      [-2, 2.5],
    ] as const) {
      const x = shaped(mean, deviation)
      const {
        value,
        gradients: [gradient],
      } = gradients(() => distributionLoss(x, form), [x])
      expect(value.dataSync()[0]).toBe(0)
      expect([...gradient!.dataSync()].every(each => each === 0)).toBe(true)
    }
  })

  it.each(DISTRIBUTION_FORMS)('has the gradient of finite differences (%s)', form => {
    // Channels of all three bad shapes, over images and pixels.
    const x = tf.add(
      tf.mul(normal([3, 2, 2, 4]), tf.tensor1d([0.3, 0.2, 9, 1])),
      tf.tensor1d([2, 0.1, 0, -3]),
    ) as Tensor
    const {
      gradients: [gradient],
    } = gradients(() => distributionLoss(x, form), [x])
    const direction = normal(x.shape, 5)
    const along = (h: number) => distributionLoss(tf.add(x, tf.mul(direction, h)), form).dataSync()[0]!
    const slope = (along(1e-2) - along(-1e-2)) / 2e-2
    const dot = tf.sum(tf.mul(gradient!, direction)).dataSync()[0]!
    expect(Math.abs(slope)).toBeGreaterThan(0.01)
    expect(dot / slope).toBeCloseTo(1, 2)
  })

  it('is finite where a channel is constant', () => {
    const x = tf.fill([8, 1], 0.25) as Tensor
    for (const form of DISTRIBUTION_FORMS) {
      const {
        value,
        gradients: [gradient],
      } = gradients(() => distributionLoss(x, form), [x])
      expect(Number.isFinite(value.dataSync()[0])).toBe(true)
      expect([...gradient!.dataSync()].every(Number.isFinite)).toBe(true)
    }
  })

  it('has the same bits in a compiled step', () => {
    const x = normal([4, 3, 3, 5])
    const program = compile(({ x }) => {
      const {
        value,
        gradients: [gradient],
      } = gradients(() => distributionLoss(x!, 'paper'), [x!])
      return { value, gradient: gradient! }
    })
    const compiled = program.run({ x })
    const plain = gradients(() => distributionLoss(x, 'paper'), [x])
    expect([...compiled['value']!.dataSync()]).toEqual([...plain.value.dataSync()])
    expect([...compiled['gradient']!.dataSync()]).toEqual([...plain.gradients[0]!.dataSync()])
    program.dispose()
  })
})
