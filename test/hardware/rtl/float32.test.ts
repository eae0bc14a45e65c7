import { describe, expect, it } from 'vitest'
import { addFloat32, multiplyFloat32, toBits } from '../../../src/hardware/rtl/float32.js'

const NAN = 0x7fc00000
const INFINITY = 0x7f800000
const product = (a: number, b: number) => multiplyFloat32(toBits(a), toBits(b))
const sum = (a: number, b: number) => addFloat32(toBits(a), toBits(b))

describe('the float32 reference of a processing element', () => {
  it('rounds to nearest, ties to even', () => {
    expect(sum(2 ** 24, 1)).toBe(toBits(2 ** 24))
    expect(sum(2 ** 24 + 2, 1)).toBe(toBits(2 ** 24 + 4))
    expect(product(1 + 2 ** -23, 1 + 2 ** -23)).toBe(toBits(Math.fround((1 + 2 ** -23) ** 2)))
  })

  it('takes subnormal operands for zero and flushes subnormal results, signs kept', () => {
    expect(product(2 ** -130, 2 ** 100)).toBe(0)
    expect(product(-(2 ** -100), 2 ** -40)).toBe(0x80000000)
    expect(sum(2 ** -126, -(2 ** -126) * (1 + 2 ** -23))).toBe(0x80000000)
    expect(sum(2 ** -140, 1)).toBe(toBits(1))
  })

  it('knows a product as tiny only after rounding, with the exponent unbounded', () => {
    const below = 1 - 2 ** -24
    expect(product(2 ** -126, 1)).toBe(toBits(2 ** -126))
    expect(product(Math.fround(2 ** -63 * (1 + 2 ** -23)), Math.fround(2 ** -63 * (1 - 2 ** -23)))).toBe(
      toBits(2 ** -126),
    )
    expect(product(2 ** -126, below)).toBe(0)
  })

  it('propagates infinities and gives one quiet NaN for all that is undefined', () => {
    expect(product(Number.POSITIVE_INFINITY, -2)).toBe(0xff800000)
    expect(product(Number.POSITIVE_INFINITY, 0)).toBe(NAN)
    expect(sum(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)).toBe(NAN)
    expect(addFloat32(0xffc12345, 0)).toBe(NAN)
    expect(product(2 ** 127, 2)).toBe(INFINITY)
  })

  it('gives the zeros their signs', () => {
    expect(sum(0, -0)).toBe(0)
    expect(sum(-0, -0)).toBe(0x80000000)
    expect(sum(3, -3)).toBe(0)
    expect(product(-0, 5)).toBe(0x80000000)
  })
})
