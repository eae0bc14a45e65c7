import { describe, expect, it } from 'vitest'
import { InputError } from '../../src/errors.js'
import { accelerator, acceleratorFigures, PE_TYPES } from '../../src/hardware/index.js'
import { sramFigure, sramTables } from '../../src/hardware/sram.js'
import { factsPeModel } from './facts-pe-model.js'

describe('SRAM figures', () => {
  const { buffer, scratchpad } = sramTables()

  it('are the table’s where it has the size', () => {
    expect(sramFigure(buffer, 'readPjPerByte', 110592)).toBeCloseTo(16.06 / 8, 12)
    expect(sramFigure(scratchpad, 'areaMm2', 448)).toBe(0.00174)
  })

  it('are between those of the neighbouring sizes elsewhere, and rise with size', () => {
    let last = sramFigure(buffer, 'areaMm2', 8192)
    for (let bytes = 9000; bytes <= 131072; bytes += 1000) {
      const area = sramFigure(buffer, 'areaMm2', bytes)
      expect(area).toBeGreaterThan(last)
      last = area
    }
    // Halfway in the logarithm; 16 and 32 KiB have no area of their own.
    expect(sramFigure(buffer, 'areaMm2', Math.sqrt(8192 * 65536))).toBeCloseTo(Math.sqrt(0.029 * 0.236), 10)
  })

  it('are not extrapolated', () => {
    expect(() => sramFigure(scratchpad, 'areaMm2', 100)).toThrow(InputError)
    expect(() => sramFigure(scratchpad, 'areaMm2', 1024)).toThrow(/from 112 to 896 bytes/)
    expect(() => sramFigure(buffer, 'leakageMw', 2 ** 20)).toThrow(/from 8192 to 524288 bytes/)
  })
})

describe('the figures of an accelerator', () => {
  const int16 = accelerator({ peType: 'int16' })

  it('sum up: 168 PEs with flip-flop scratchpads and 108 KiB', () => {
    const figures = acceleratorFigures(int16, factsPeModel)
    expect(figures.peAreaMm2).toBeCloseTo(168 * 0.030258, 9)
    expect(figures.scratchpadAreaMm2).toBeCloseTo(168 * (0.030258 - 0.003397), 9)
    expect(figures.areaMm2).toBeCloseTo(168 * 0.030258 + 0.419, 9)
    expect(figures.clockMhz).toBeCloseTo(566 / 1.1, 6)
    expect([figures.macPj, figures.macPj + figures.scratchpadPj]).toEqual([6.95, 14.5])
    expect(figures.leakageMw).toBeCloseTo(168 * 30258 * 2e-5 + 0.557, 9)
    expect(figures.powerMw).toBeCloseTo(168 * 14.5 * (566 / 1.1) * 1e-3 + figures.leakageMw, 6)
  })

  it('with SRAM scratchpads: the filter pad from the table, the small ones stay in flip-flops', () => {
    const { peAreaMm2, scratchpadPj, clockMhz } = acceleratorFigures(
      { ...int16, scratchpads: 'sram' },
      factsPeModel,
    )
    const [ifmap, filter, psum] = [12 * 16, 224 * 16, 24 * 32]
    const share = (ifmap + psum) / (ifmap + filter + psum)
    const area = 3397 + 1740 + share * (30258 - 3397)
    expect(peAreaMm2).toBeCloseTo((168 * area) / 1e6, 9)
    expect(scratchpadPj).toBeCloseTo(0.334 + share * (14.5 - 6.95), 9)
    expect(clockMhz).toBeCloseTo(1000 / (1.61 * 1.1), 6)
  })

  it('every type is smaller with SRAM scratchpads than with flip-flops', () => {
    for (const peType of PE_TYPES) {
      const of = (scratchpads: 'sram' | 'flip-flop') =>
        acceleratorFigures(accelerator({ peType, scratchpads }), factsPeModel)
      expect(of('sram').areaMm2).toBeLessThan(of('flip-flop').areaMm2)
    }
  })

  it('a buffer above 128 KiB is built of equal banks', () => {
    const { bufferAreaMm2 } = acceleratorFigures({ ...int16, bufferKib: 512 }, factsPeModel)
    expect(bufferAreaMm2).toBeCloseTo(4 * 0.485, 9)
  })

  it('a clock that the PEs do not reach is refused, with what they reach', () => {
    expect(acceleratorFigures({ ...int16, clockMhz: 500 }, factsPeModel).clockMhz).toBe(500)
    expect(() => acceleratorFigures({ ...int16, clockMhz: 600 }, factsPeModel)).toThrow(
      /clockMhz 600 is too fast for its PEs, which reach 515/,
    )
  })

  it('an SRAM scratchpad larger than the table is refused', () => {
    const large = accelerator({ peType: 'fp32', scratchpads: 'sram', filterWords: 256 })
    expect(() => acceleratorFigures(large, factsPeModel)).toThrow(/scratchpad SRAM of 1024 bytes/)
  })
})
