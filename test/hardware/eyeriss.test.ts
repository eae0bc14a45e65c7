import { describe, expect, test } from 'vitest'
import { validateEyeriss } from '../../src/hardware/index.js'

describe('the Eyeriss chip on AlexNet, with the mapper’s own mappings', () => {
  const { layers, latencyMape, bufferMape } = validateEyeriss()

  test('processing latency: 10 % off on average, no layer above 35 %', () => {
    expect(latencyMape).toBeLessThan(10)
    for (const { latencyError } of layers) expect(Math.abs(latencyError)).toBeLessThan(35)
  })

  test('buffer traffic: 20 % off on average, no layer above 35 %', () => {
    expect(bufferMape).toBeLessThan(20)
    for (const { bufferError } of layers) expect(Math.abs(bufferError)).toBeLessThan(35)
  })

  test('MACs and active PEs are the chip’s', () => {
    for (const { chip, gigaMacs, activePes } of layers) {
      expect(gigaMacs).toBeCloseTo(chip.gigaMacs, 2)
      expect(activePes).toBe(chip.activePes)
    }
    expect(layers.reduce((sum, { gigaMacs }) => sum + gigaMacs, 0)).toBeCloseTo(2.66, 2)
  })
})
