import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawAugmentation } from '../../src/data/augment.js'
import { crop, cutout, flip } from '../../src/data/index.js'

/** An image of any small shape with no zero in it. */
const picture = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.constantFrom(1, 3))
  .chain(shape =>
    fc
      .uint8Array({
        min: 1,
        minLength: shape[0] * shape[1] * shape[2],
        maxLength: shape[0] * shape[1] * shape[2],
      })
      .map(bytes => ({ shape, image: bytes })),
  )

const zeros = (image: ArrayLike<number>) => Array.from(image).filter(value => value === 0).length

describe('augmentation', () => {
  it('flipped twice, an image is itself; flipped once, each row is reversed', () => {
    fc.assert(
      fc.property(picture, ({ image, shape }) => {
        expect(flip(flip(image, shape), shape)).toEqual(image)
        const inPlace = Float32Array.from(image)
        expect([...flip(inPlace, shape, inPlace)]).toEqual([...flip(image, shape)])
        const [, width, channels] = shape
        expect([...flip(image, shape).subarray(0, channels)]).toEqual([
          ...image.subarray((width - 1) * channels, width * channels),
        ])
      }),
    )
  })

  it('cropped without an offset, an image is itself', () => {
    fc.assert(
      fc.property(picture, ({ image, shape }) => {
        expect(crop(image, shape, { top: 0, left: 0 })).toEqual(image)
      }),
    )
  })

  it('cropped with an offset, every pixel moves by it and what lies outside is 0', () => {
    const offset = fc.integer({ min: -5, max: 5 })
    fc.assert(
      fc.property(picture, offset, offset, ({ image, shape }, top, left) => {
        const [height, width, channels] = shape
        const cropped = crop(image, shape, { top, left })
        for (let y = 0; y < height; y++)
          for (let x = 0; x < width; x++) {
            const inside = y + top >= 0 && y + top < height && x + left >= 0 && x + left < width
            const expected = inside ? image[((y + top) * width + x + left) * channels] : 0
            expect(cropped[(y * width + x) * channels]).toBe(expected)
          }
      }),
    )
  })

  it('cut out, an image loses exactly the square, clipped at its borders', () => {
    fc.assert(
      fc.property(picture, fc.nat(8), fc.nat(8), fc.nat(12), ({ image, shape }, y, x, size) => {
        const [height, width, channels] = shape
        const span = (at: number, extent: number) => {
          const start = at - Math.floor(size / 2)
          return Math.max(0, Math.min(extent, start + size) - Math.max(0, start))
        }
        const cut = cutout(image, shape, { y, x, size })
        expect(zeros(cut)).toBe(span(y, height) * span(x, width) * channels)
        expect(cut.every((value, i) => value === 0 || value === image[i])).toBe(true)
        expect(zeros(image)).toBe(0)
      }),
    )
  })

  it('in the middle of an image, cuts size × size pixels', () => {
    expect(zeros(cutout(new Uint8Array(1024).fill(1), [32, 32, 1], { y: 16, x: 16, size: 8 }))).toBe(64)
  })

  it('draws every crop offset and both directions equally often, and the same again', () => {
    const draw = (index: number) =>
      drawAugmentation({ crop: 4, flip: true, cutout: 8 }, [32, 32, 3], { seed: 3, epoch: 2, index })
    const draws = Array.from({ length: 8100 }, (_, index) => draw(index))
    const offsets = new Map<string, number>()
    for (const { top, left } of draws) offsets.set(`${top},${left}`, (offsets.get(`${top},${left}`) ?? 0) + 1)
    expect(offsets.size).toBe(81)
    expect(Math.min(...offsets.values())).toBeGreaterThan(50)
    expect(draws.filter(d => d.flip).length / 8100).toBeCloseTo(0.5, 1)
    expect(draw(17)).toEqual(draws[17])
  })
})
