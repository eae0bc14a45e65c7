import type { Accelerator } from '../accelerator.js'
import type { AcceleratorFigures } from '../accelerator-figures.js'
import { ARRAY_PJ_PER_BYTE, BANDWIDTH_SHARES, DRAM_PJ_PER_BYTE } from '../constants.js'

/** An accelerator in the numbers that mapping needs: sizes in bytes, rates in bytes a cycle, energies in pJ. */
export interface ArrayModel {
  readonly name: string
  readonly rows: number
  readonly columns: number
  readonly ifmapWords: number
  readonly filterWords: number
  readonly psumWords: number
  readonly activationBytes: number
  readonly weightBytes: number
  readonly psumBytes: number
  readonly bufferBytes: number
  readonly ifmapRate: number
  readonly filterRate: number
  /** Of each direction. */
  readonly psumRate: number
  readonly dramRate: number
  readonly macPj: number
  readonly scratchpadPj: number
  readonly arrayPj: number
  readonly bufferReadPj: number
  readonly bufferWritePj: number
  readonly dramPj: number
  readonly leakagePjPerCycle: number
}

/** Joins an accelerator's knobs and figures. */
export function arrayModel(accelerator: Accelerator, figures: AcceleratorFigures): ArrayModel {
  const { name, rows, columns, ifmapWords, filterWords, psumWords, bufferBandwidth } = accelerator
  return {
    name,
    rows,
    columns,
    ifmapWords,
    filterWords,
    psumWords,
    activationBytes: accelerator.activationBits / 8,
    weightBytes: accelerator.weightBits / 8,
    psumBytes: accelerator.psumBits / 8,
    bufferBytes: accelerator.bufferKib * 1024,
    ifmapRate: bufferBandwidth * BANDWIDTH_SHARES.ifmap,
    filterRate: bufferBandwidth * BANDWIDTH_SHARES.filter,
    psumRate: bufferBandwidth * BANDWIDTH_SHARES.psum,
    dramRate: (accelerator.dramBandwidth * 1000) / figures.clockMhz,
    macPj: figures.macPj,
    scratchpadPj: figures.scratchpadPj,
    arrayPj: ARRAY_PJ_PER_BYTE,
    bufferReadPj: figures.bufferReadPjPerByte,
    bufferWritePj: figures.bufferWritePjPerByte,
    dramPj: DRAM_PJ_PER_BYTE,
    // 1 mW at 1 MHz is 1 nJ a cycle.
    leakagePjPerCycle: (1000 * figures.leakageMw) / figures.clockMhz,
  }
}
