import { mapConv } from '../mapping/map-conv.js'
import type { Mapping } from '../mapping/mapping.js'
import { type ConvShape, workloadOf } from '../mapping/workload.js'
import { alexnetConvolutions } from './alexnet.js'
import {
  type ChipLayer,
  EYERISS_BATCH,
  EYERISS_CHIP,
  EYERISS_CLOCK_MHZ,
  readChipLayers,
} from './eyeriss-chip.js'

/** A layer on the chip and in the model. Errors in percent of the chip, signed. */
export interface ValidatedLayer {
  readonly chip: ChipLayer
  readonly mapping: Mapping
  readonly processingMs: number
  readonly gigaMacs: number
  readonly activePes: number
  readonly bufferMb: number
  readonly dramMb: number
  readonly latencyError: number
  readonly bufferError: number
  /** Where the two differ. */
  readonly why: string
}

export interface Validation {
  readonly layers: readonly ValidatedLayer[]
  /** Means of the errors' magnitudes, percent. */
  readonly latencyMape: number
  readonly bufferMape: number
}

/** What explains the differences, by layer; from the mappings that the paper's table III gives. */
const WHY: Readonly<Record<string, string>> = Object.freeze({
  CONV1:
    'the chip holds the psums of all 96 filters of one image, the mapper those of 32 filters of several images: it loads filters less often, but ifmaps three times',
  CONV2:
    'the chip holds 64 filters of one image and loads its filters for every image, the mapper 16 filters of four images and loads them once for all',
  CONV3:
    'the chip stacks four sets for filters (r 1, t 4), the mapper two for channels and two for filters, so that psums keep up',
  CONV4: 'the chip’s mapping but for p, 24 instead of 16',
  CONV5: 'the chip’s mapping but for q, 4 instead of 3',
})

/**
 * Maps AlexNet's convolutions by the mapper's own choice (least latency) at the Eyeriss chip's configuration, and
 * compares with what was measured on the chip.
 */
export function validateEyeriss(): Validation {
  const workload = workloadOf(alexnetConvolutions())
  const layers = readChipLayers().map((chip): ValidatedLayer => {
    const { shape } = workload.layers.find(({ name }) => name === chip.layer)!
    const { mapping, cost } = mapConv(
      chip.layer,
      workload.shapes[shape] as ConvShape,
      EYERISS_BATCH,
      EYERISS_CHIP,
      'latency',
    )
    const processingMs = cost.cycles / (EYERISS_CLOCK_MHZ * 1000)
    const bufferMb = (cost.bufferReadBytes + cost.bufferWriteBytes) / 1e6
    return {
      chip,
      mapping,
      processingMs,
      gigaMacs: cost.macs / 1e9,
      activePes: cost.activePes,
      bufferMb,
      dramMb: (cost.dramReadBytes + cost.dramWriteBytes) / 1e6,
      latencyError: 100 * (processingMs / chip.processingMs - 1),
      bufferError: 100 * (bufferMb / chip.bufferMb - 1),
      why: WHY[chip.layer] ?? '',
    }
  })
  const mean = (of: (layer: ValidatedLayer) => number) =>
    layers.reduce((sum, layer) => sum + Math.abs(of(layer)), 0) / layers.length
  return {
    layers,
    latencyMape: mean(layer => layer.latencyError),
    bufferMape: mean(layer => layer.bufferError),
  }
}
