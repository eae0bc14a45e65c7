import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError } from '../../errors.js'
import { packageRoot } from '../../package-root.js'
import { BANDWIDTH_SHARES } from '../constants.js'
import type { ArrayModel } from '../mapping/array.js'

/** The chip as it was measured (Chen et al., JSSC 2017): 65 nm, core at 200 MHz, batches of 4. */
export const EYERISS_CLOCK_MHZ = 200
export const EYERISS_BATCH = 4

/**
 * The chip in the mapper's numbers: 12 × 14 PEs, 108 KiB of buffer, scratchpads of 12, 224 and 24 words of 16 bits,
 * networks of 16, 64 and 64 bits. Energies are the paper's, relative to a MAC (ISCA 2016, table IV), a word having two
 * bytes; they decide only between mappings that take equally long. DRAM takes no time: what is compared is the
 * chip's processing latency, which leaves it out.
 */
export const EYERISS_CHIP: ArrayModel = Object.freeze({
  name: 'the Eyeriss chip',
  rows: 12,
  columns: 14,
  ifmapWords: 12,
  filterWords: 224,
  psumWords: 24,
  activationBytes: 2,
  weightBytes: 2,
  psumBytes: 2,
  bufferBytes: 108 * 1024,
  ifmapRate: 18 * BANDWIDTH_SHARES.ifmap,
  filterRate: 18 * BANDWIDTH_SHARES.filter,
  psumRate: 18 * BANDWIDTH_SHARES.psum,
  dramRate: Number.POSITIVE_INFINITY,
  macPj: 1,
  scratchpadPj: 4,
  arrayPj: 2 / 2,
  bufferReadPj: 6 / 2,
  bufferWritePj: 6 / 2,
  dramPj: 200 / 2,
  leakagePjPerCycle: 0,
})

/** One layer as the chip ran it. */
export interface ChipLayer {
  readonly layer: string
  readonly processingMs: number
  readonly gigaMacs: number
  readonly activePes: number
  readonly bufferMb: number
  readonly dramMb: number
}

const FILE = 'latency-models/accelerator/validation/eyeriss-alexnet.csv'

/** The chip's measured layers. Throws ConfigError (`file:line`) when the shipped table is damaged. */
export function readChipLayers(file = join(packageRoot, FILE)): readonly ChipLayer[] {
  const lines = readFileSync(file, 'utf8').trim().split(/\r?\n/)
  return lines
    .slice(1)
    .map((line, i): ChipLayer => {
      const [layer, ...fields] = line.split(',')
      const [, , processingMs, gigaMacs, activePes, , bufferMb, dramMb] = fields.map(Number)
      if (![processingMs, gigaMacs, activePes, bufferMb, dramMb].every(value => value! > 0))
        throw new ConfigError(`${file}:${i + 2}`, 'expected figures above 0')
      return {
        layer: layer!,
        processingMs: processingMs!,
        gigaMacs: gigaMacs!,
        activePes: activePes!,
        bufferMb: bufferMb!,
        dramMb: dramMb!,
      }
    })
    .filter(({ layer }) => layer !== 'Total')
}
