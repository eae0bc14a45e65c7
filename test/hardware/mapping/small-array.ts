import type { ArrayModel, ConvShape } from '../../../src/hardware/index.js'

/** An array whose figures are easy to work with by hand. */
export const smallArray = (parts: Partial<ArrayModel> = {}): ArrayModel => ({
  name: 'small',
  rows: 6,
  columns: 4,
  ifmapWords: 12,
  filterWords: 48,
  psumWords: 8,
  activationBytes: 2,
  weightBytes: 2,
  psumBytes: 4,
  bufferBytes: 16384,
  ifmapRate: 4,
  filterRate: 8,
  psumRate: 8,
  dramRate: 4,
  macPj: 1,
  scratchpadPj: 2,
  arrayPj: 0.5,
  bufferReadPj: 3,
  bufferWritePj: 4,
  dramPj: 50,
  leakagePjPerCycle: 7,
  ...parts,
})

/** A stride-1 layer padded to keep its size, unless told otherwise. */
export const convShape = (parts: Partial<ConvShape> = {}): ConvShape => {
  const kernel = parts.kernelHeight ?? 3
  const out = { outHeight: parts.outHeight ?? 8, outWidth: parts.outWidth ?? 8 }
  return {
    kind: 'conv',
    groups: 1,
    filters: 8,
    channels: 4,
    height: out.outHeight * (parts.strideHeight ?? 1),
    width: out.outWidth * (parts.strideWidth ?? 1),
    kernelHeight: kernel,
    kernelWidth: kernel,
    strideHeight: 1,
    strideWidth: 1,
    dilationHeight: 1,
    dilationWidth: 1,
    ...out,
    ...parts,
  }
}
