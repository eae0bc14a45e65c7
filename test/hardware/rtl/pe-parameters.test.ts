import { describe, expect, it } from 'vitest'
import { InputError } from '../../../src/errors.js'
import { PE_WIDTHS } from '../../../src/hardware/accelerator.js'
import { PE_TYPES, type PeDesign } from '../../../src/hardware/pe-design.js'
import { fullPass } from '../../../src/hardware/rtl/pass-shape.js'
import { peParameters } from '../../../src/hardware/rtl/pe-parameters.js'
import { multiplyAccumulate } from '../../../src/hardware/rtl/reference.js'

const eyeriss: PeDesign = {
  type: 'int16',
  activationBits: 16,
  weightBits: 16,
  psumBits: 32,
  ifmapWords: 12,
  filterWords: 224,
  psumWords: 24,
  scratchpads: 'inside',
}

describe('the Verilog parameters of a design', () => {
  it('are legal for every width that an accelerator may have', () => {
    for (const type of PE_TYPES) {
      const { activationBits, weightBits, psumRange } = PE_WIDTHS[type]
      for (const psumBits of psumRange) {
        expect(() => peParameters({ ...eyeriss, type, activationBits, weightBits, psumBits })).not.toThrow()
      }
    }
  })

  it('give addresses as many bits as the words need', () => {
    expect(peParameters(eyeriss)).toMatchObject({ IFMAP_ADDRESS: 4, FILTER_ADDRESS: 8, PSUM_ADDRESS: 5 })
    expect(peParameters({ ...eyeriss, psumWords: 1 })).toMatchObject({ PSUM_ADDRESS: 1 })
  })

  it('are refused with the field and its range', () => {
    expect(() => peParameters({ ...eyeriss, psumBits: 64 })).toThrow(InputError)
    expect(() => peParameters({ ...eyeriss, psumBits: 64 })).toThrow(/psumBits 64: legal is 16 to 48/)
    expect(() => peParameters({ ...eyeriss, type: 'fp32' })).toThrow(/activationBits 16: legal is 32/)
    expect(() => peParameters({ ...eyeriss, ifmapWords: 0 })).toThrow(/ifmapWords 0/)
  })
})

describe('the reference of a multiply-accumulate', () => {
  const design = (type: PeDesign['type'], psumBits: number): PeDesign => {
    const { activationBits, weightBits } = PE_WIDTHS[type]
    return { ...eyeriss, type, activationBits, weightBits, psumBits }
  }

  it('shifts once for LightPE-1 and twice for LightPE-2', () => {
    expect(multiplyAccumulate(design('lightpe-1', 16), 0, 5, 0b0011)).toBe(40)
    expect(multiplyAccumulate(design('lightpe-1', 16), 0, 5, 0b1011)).toBe(65536 - 40)
    expect(multiplyAccumulate(design('lightpe-2', 24), 0, 5, 0b0011_1001)).toBe(5 * 8 - 5 * 2)
  })

  it('wraps integers and drops the low bits of a product wider than the psum', () => {
    expect(multiplyAccumulate(design('int8', 16), 65535, 1, 1)).toBe(0)
    expect(multiplyAccumulate(design('int16', 16), 0, 0x4000, 0x4000)).toBe(0x1000)
    expect(multiplyAccumulate(design('int16', 16), 0, 0xffff, 1)).toBe(0xffff)
  })
})

describe('a full pass', () => {
  it('of the Eyeriss PE is 216 multiply-accumulates: 12 taps of 18 filters', () => {
    expect(fullPass(eyeriss)).toEqual({ taps: 12, filters: 18 })
  })
})
