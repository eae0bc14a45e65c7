import { describe, expect, it } from 'vitest'
import { samplePoints } from '../../../src/hardware/characterize/sample-points.js'
import { PE_TYPES } from '../../../src/hardware/pe-design.js'
import { peParameters } from '../../../src/hardware/rtl/pe-parameters.js'

describe('the designs that are characterized', () => {
  const designs = samplePoints(600, 0)

  it('are legal, as many as asked for, and none stands twice', () => {
    expect(designs).toHaveLength(600)
    expect(new Set(designs.map(design => JSON.stringify(design))).size).toBe(600)
    for (const design of designs) expect(() => peParameters(design)).not.toThrow()
  })

  it('are spread evenly over the types, three of five with scratchpads inside', () => {
    for (const type of PE_TYPES) {
      const own = designs.filter(design => design.type === type)
      expect(own).toHaveLength(100)
      expect(own.filter(({ scratchpads }) => scratchpads === 'inside')).toHaveLength(60)
    }
  })

  it('reach the ends of every range, and keep what takes minutes out', () => {
    for (const type of PE_TYPES) {
      const own = designs.filter(design => design.type === type && design.scratchpads === 'inside')
      expect(Math.min(...own.map(({ filterWords }) => filterWords))).toBe(16)
      expect(Math.max(...own.map(({ ifmapWords }) => ifmapWords))).toBe(32)
      const bits = own.map(
        ({ ifmapWords, activationBits, filterWords, weightBits, psumWords, psumBits }) =>
          ifmapWords * activationBits + filterWords * weightBits + psumWords * psumBits,
      )
      expect(Math.max(...bits)).toBeLessThan(11_000)
    }
  })

  it('follow from the seed', () => {
    expect(samplePoints(60, 1)).toEqual(samplePoints(60, 1))
    expect(samplePoints(60, 1)).not.toEqual(samplePoints(60, 2))
  })
})
