import { InputError } from '../errors.js'
import { type Accelerator, peDesignOf } from './accelerator.js'
import { CLOCK_MARGIN, LARGEST_BANK_BYTES } from './constants.js'
import type { PeModel } from './models/index.js'
import type { PeFigures } from './pe-design.js'
import { sramFigure, sramRange, sramTables } from './sram.js'

/** What an accelerator is, whatever runs on it. */
export interface AcceleratorFigures {
  /** PEs, scratchpads and buffer; networks, pads and the DRAM's interface are left out. */
  readonly areaMm2: number
  readonly peAreaMm2: number
  /** Part of the PEs. */
  readonly scratchpadAreaMm2: number
  readonly bufferAreaMm2: number
  readonly clockMhz: number
  readonly maxClockMhz: number
  /** All PEs at full rate, and leakage; without buffer and DRAM traffic. */
  readonly powerMw: number
  readonly leakageMw: number
  /** Of one multiply–accumulate: the datapath with its control, and the scratchpad accesses that go with it. */
  readonly macPj: number
  readonly scratchpadPj: number
  readonly bufferReadPjPerByte: number
  readonly bufferWritePjPerByte: number
}

/**
 * Area, clock, power and unit energies of a design from the models of its PE and the SRAM tables.
 *
 * Flip-flop scratchpads are in the PE's own figures. Of SRAM scratchpads, those smaller than the smallest SRAM of
 * the table (112 bytes) stay in flip-flops, at their share by bits of what scratchpads inside of the PE add; the
 * others take their figures from the table: a MAC reads an ifmap word, a filter word and a psum and writes a psum,
 * narrow words packed two bytes an access. An SRAM scratchpad's access has to fit in a cycle, the buffer's is
 * pipelined. A buffer above 128 KiB is built of equal banks (area), its energy and leakage are those of one SRAM.
 * Throws InputError for a memory outside of the tables, a PE outside of the models or a clock that is too fast.
 */
export function acceleratorFigures(accelerator: Accelerator, peModel: PeModel): AcceleratorFigures {
  const bare = peModel(peDesignOf(accelerator, 'outside'))
  const pe =
    accelerator.scratchpads === 'sram'
      ? withSram(accelerator, bare, peModel)
      : withFlipFlops(accelerator, bare, peModel)
  const pes = accelerator.rows * accelerator.columns
  const { buffer } = sramTables()
  const bytes = accelerator.bufferKib * 1024
  const banks = Math.ceil(bytes / LARGEST_BANK_BYTES)
  const maxClockMhz = 1000 / (pe.criticalPathNs * (1 + CLOCK_MARGIN))
  const clockMhz = accelerator.clockMhz === 'max' ? maxClockMhz : accelerator.clockMhz
  if (clockMhz > maxClockMhz * (1 + 1e-9))
    throw new InputError(
      `${accelerator.name}: clockMhz ${clockMhz} is too fast for its PEs, which reach ${maxClockMhz.toFixed(0)}; lower it, or use max`,
    )
  const peAreaMm2 = pes * pe.areaUm2 * 1e-6
  const bufferAreaMm2 = banks * sramFigure(buffer, 'areaMm2', bytes / banks)
  const leakageMw = pes * pe.leakageMw + sramFigure(buffer, 'leakageMw', bytes)
  return {
    areaMm2: peAreaMm2 + bufferAreaMm2,
    peAreaMm2,
    scratchpadAreaMm2: pes * pe.scratchpadAreaUm2 * 1e-6,
    bufferAreaMm2,
    clockMhz,
    maxClockMhz,
    powerMw: pes * (pe.macPj + pe.scratchpadPj) * clockMhz * 1e-3 + leakageMw,
    leakageMw,
    macPj: pe.macPj,
    scratchpadPj: pe.scratchpadPj,
    bufferReadPjPerByte: sramFigure(buffer, 'readPjPerByte', bytes),
    bufferWritePjPerByte: sramFigure(buffer, 'writePjPerByte', bytes),
  }
}

interface WholePe {
  readonly areaUm2: number
  readonly scratchpadAreaUm2: number
  readonly criticalPathNs: number
  readonly leakageMw: number
  readonly macPj: number
  readonly scratchpadPj: number
}

function withFlipFlops(accelerator: Accelerator, bare: PeFigures, peModel: PeModel): WholePe {
  const whole = peModel(peDesignOf(accelerator, 'inside'))
  // Two fitted models: where they cross, the scratchpads cost nothing rather than less.
  const macPj = Math.min(bare.energyPjPerMac, whole.energyPjPerMac)
  return {
    areaUm2: whole.areaUm2,
    scratchpadAreaUm2: Math.max(0, whole.areaUm2 - bare.areaUm2),
    criticalPathNs: whole.criticalPathNs,
    leakageMw: whole.leakageMw,
    macPj,
    scratchpadPj: whole.energyPjPerMac - macPj,
  }
}

function withSram(accelerator: Accelerator, bare: PeFigures, peModel: PeModel): WholePe {
  const { scratchpad } = sramTables()
  const [smallest] = sramRange(scratchpad, 'areaMm2')
  const { activationBits, weightBits, psumBits, ifmapWords, filterWords, psumWords } = accelerator
  const pads = [
    { bits: activationBits, words: ifmapWords, reads: 1, writes: 0 },
    { bits: weightBits, words: filterWords, reads: 1, writes: 0 },
    { bits: psumBits, words: psumWords, reads: 1, writes: 1 },
  ]
  let [areaUm2, accessNs, leakageMw, pj, registerBits, allBits] = [0, 0, 0, 0, 0, 0]
  for (const { bits, words, reads, writes } of pads) {
    const bytes = (bits * words) / 8
    allBits += bits * words
    if (bytes < smallest) {
      registerBits += bits * words
      continue
    }
    areaUm2 += sramFigure(scratchpad, 'areaMm2', bytes) * 1e6
    accessNs = Math.max(accessNs, sramFigure(scratchpad, 'accessNs', bytes))
    leakageMw += sramFigure(scratchpad, 'leakageMw', bytes)
    pj +=
      (bits / 8) *
      (reads * sramFigure(scratchpad, 'readPjPerByte', bytes) +
        writes * sramFigure(scratchpad, 'writePjPerByte', bytes))
  }
  if (registerBits > 0) {
    const whole = peModel(peDesignOf(accelerator, 'inside'))
    const share = registerBits / allBits
    areaUm2 += share * Math.max(0, whole.areaUm2 - bare.areaUm2)
    leakageMw += share * Math.max(0, whole.leakageMw - bare.leakageMw)
    pj += share * Math.max(0, whole.energyPjPerMac - bare.energyPjPerMac)
  }
  return {
    areaUm2: bare.areaUm2 + areaUm2,
    scratchpadAreaUm2: areaUm2,
    criticalPathNs: Math.max(bare.criticalPathNs, accessNs),
    leakageMw: bare.leakageMw + leakageMw,
    macPj: bare.energyPjPerMac,
    scratchpadPj: pj,
  }
}
