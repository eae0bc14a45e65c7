import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { compile, eager, gradients, resize, subsample, type Tensor, tf } from '../../src/engine/index.js'
import { normal } from './values.js'

beforeEach(() => tf.engine().startScope())
afterEach(() => tf.engine().endScope())

const midpoint = (x: Tensor, size: readonly [number, number]) =>
  resize(x, { size, mode: 'midpoint', alignCorners: false })

const size = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
const halved = (size: number) => Math.ceil(size / 2)

const dot = (a: Tensor, b: Tensor): number => {
  const values = b.dataSync()
  return (a.dataSync() as Float32Array).reduce((sum, value, i) => sum + value * values[i]!, 0)
}

/** Gradient of ⟨A·x, y⟩ in x: Aᵀ·y. */
const transposed = (x: Tensor, y: Tensor, size: readonly [number, number]): Tensor =>
  gradients(() => tf.sum(tf.mul(midpoint(x, size), y)), [x]).gradients[0]!

describe('resizing to midpoints', () => {
  it('keeps the pixels that it was given, bit by bit, and repeats the last row and column of even sizes', () => {
    fc.assert(
      fc.property(size, ([height, width]) => {
        tf.tidy(() => {
          const x = normal([2, halved(height), halved(width), 3])
          const y = midpoint(x, [height, width])
          expect(y.shape).toEqual([2, height, width, 3])
          expect(subsample(y, [2, 2]).dataSync()).toEqual(x.dataSync())
          const rows = (from: number) => tf.slice(y, [0, from, 0, 0], [2, 1, width, 3]).dataSync()
          if (height % 2 === 0) expect(rows(height - 1)).toEqual(rows(height - 2))
        })
      }),
    )
  })

  it('has its exact transpose as gradient, edges included: ⟨A·x, y⟩ = ⟨x, Aᵀ·y⟩', () => {
    fc.assert(
      fc.property(size, fc.nat(1000), ([height, width], seed) => {
        tf.tidy(() => {
          const x = normal([2, halved(height), halved(width), 3], seed)
          const y = normal([2, height, width, 3], seed + 1)
          const [forward, back] = [
            dot(midpoint(x, [height, width]), y),
            dot(x, transposed(x, y, [height, width])),
          ]
          expect(Math.abs(forward - back)).toBeLessThan(1e-4 * Math.sqrt(x.size * y.size))
        })
      }),
    )
  })

  it('has a transpose of whole halves and quarters: it is that of the matrix, entry by entry', () => {
    for (const [height, width] of [
      [4, 5],
      [5, 4],
      [1, 6],
    ] as const) {
      const inner = [1, halved(height), halved(width), 1]
      const pixels = inner.reduce((a, b) => a * b, 1)
      const unit = (length: number, at: number, shape: number[]) =>
        tf.tensor(
          Float32Array.from({ length }, (_, i) => Number(i === at)),
          shape,
        )
      const columns = Array.from({ length: pixels }, (_, i) =>
        midpoint(unit(pixels, i, inner), [height, width]).dataSync(),
      )
      for (let at = 0; at < height * width; at++) {
        const row = transposed(tf.zeros(inner), unit(height * width, at, [1, height, width, 1]), [
          height,
          width,
        ])
        expect([...row.dataSync()]).toEqual(columns.map(column => column[at]))
      }
    }
  })

  it.each([
    [8, 6],
    [7, 6],
    [7, 5],
  ] as const)('to %i × %i has in a compiled step the bits that it has in an eager one', (height, width) => {
    const step = ({ x }: Readonly<Record<string, Tensor>>) => {
      const { value, gradients: found } = gradients(
        () => tf.sum(tf.square(midpoint(x!, [height, width]))),
        [x!],
      )
      return { value, gradient: found[0]! }
    }
    const feeds = { x: normal([3, 4, 3, 5]) }
    const [plain, compiled] = [eager, compile].map(make => {
      const program = make(step)
      const { value, gradient } = program.run(feeds)
      program.dispose()
      return [value!.dataSync(), gradient!.dataSync()]
    })
    // 4 × 3 pixels give 8 × 6, 7 × 6 and 7 × 5.
    expect(compiled).toEqual(plain)
  })
})
