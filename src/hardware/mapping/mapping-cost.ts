import type { ArrayModel } from './array.js'
import { extent, tiledExtent } from './extent.js'
import { blankCost, type Mapping, type MappingCost, type Writable } from './mapping.js'
import type { ConvShape } from './workload.js'

/**
 * What a mapping of a layer costs, the batch being `batch` images; undefined when the buffer is too small for it.
 *
 * Time. A pass loads its filters, which the scratchpads cannot do while they compute, and the PEs' first windows; then
 * every PE computes p·q·S·f multiply–accumulates a tile while ifmaps come in and psums come and go; at the end the
 * last psums drain:
 *
 *     pass = filters / rate + window / rate + tiles · max(p·q·S·f, ifmap / rate, psums / rate) + drain
 *
 * There are ⌈G/groups⌉·⌈M/(p·t)⌉·⌈C/(q·r)⌉ of them for every block of tiles. A block is the same tile of several
 * images, as psums stay in the buffer until all channels have been added; where the PEs hold all channels at once it
 * may be all tiles of a layer. DRAM works alongside.
 *
 * Buffer. An ifmap is read once per set of filters, rows shared by neighbouring tiles twice; a psum is written
 * by every set of channels and read back by all but the first, the last write being the output; filters are read
 * once per pass. What comes from DRAM is written once.
 *
 * DRAM. Ifmaps are read once per `filterBlocks` sets of filters, filters once per block of tiles, each only once
 * if what the buffer has left holds it; outputs are written once. Padding is never fetched.
 */
export function mappingCost(
  shape: ConvShape,
  batch: number,
  array: ArrayModel,
  mapping: Mapping,
): MappingCost | undefined {
  const cost = blankCost()
  return tally(shape, batch, array, mapping, cost, Number.POSITIVE_INFINITY) ? cost : undefined
}

/**
 * As `mappingCost`, into an object that is used again; false when the buffer is too small or the array alone takes
 * more than `limit` cycles.
 */
export function tally(
  shape: ConvShape,
  batch: number,
  array: ArrayModel,
  mapping: Mapping,
  cost: Writable<MappingCost>,
  limit: number,
): boolean {
  const { e, f, p, q, r, kernelRows, filterBlocks, tiles, images } = mapping
  const { activationBytes, weightBytes, psumBytes } = array
  const { kernelHeight: R, kernelWidth: S, filters: M, channels: C, groups: G } = shape
  const { outHeight: E, outWidth: F } = shape
  const groups = mapping.groups * mapping.groupsAcross
  const filters = p * mapping.t * mapping.tAcross

  const groupSets = Math.ceil(G / groups)
  const filterSets = Math.ceil(M / filters)
  const folds = Math.ceil(R / kernelRows)
  const channelSets = Math.ceil(C / (q * r)) * folds
  const tilesPerImage = Math.ceil(E / e) * Math.ceil(F / f)
  const allTiles = tilesPerImage * Math.ceil(batch / images)
  const partial = channelSets > 1
  const tileBlocks = partial
    ? tilesPerImage * Math.ceil(Math.ceil(batch / images) / tiles)
    : filterSets === 1
      ? 1
      : Math.ceil(allTiles / tiles)

  // One tile of one pass.
  const rows = extent(e, kernelRows, shape.strideHeight, shape.dilationHeight)
  const columns = extent(f, S, shape.strideWidth, shape.dilationWidth)
  const rowBytes = groups * q * r * images * rows * activationBytes
  const ifmap = rowBytes * columns
  const psums = filters * groups * images * e * f
  const filterBytes = filters * groups * q * r * kernelRows * S * weightBytes

  // Does it fit?
  const psumsHeld = partial ? filterBlocks * psums * tiles * psumBytes : psums * activationBytes
  const ifmapHeld = filterBlocks > 1 ? ifmap * tiles : ifmap
  const left = array.bufferBytes - psumsHeld - ifmapHeld - filterBytes
  if (left < 0) return false

  // Time in the array.
  const window = (rowBytes * Math.min(S, columns)) / array.ifmapRate
  const psumWidth = partial ? psumBytes : activationBytes
  const drain = (filters * groups * images * e * psumWidth) / array.psumRate + kernelRows * r
  let tile = p * q * S * f
  if (ifmap / array.ifmapRate > tile) tile = ifmap / array.ifmapRate
  if ((psums * psumWidth) / array.psumRate > tile) tile = (psums * psumWidth) / array.psumRate
  const passes = groupSets * filterSets * channelSets
  const fill = filterBytes / array.filterRate + window + drain
  cost.arrayCycles = passes * (tileBlocks * fill + allTiles * tile)
  if (cost.arrayCycles > limit) return false

  // Traffic, of what there is rather than of what the passes could hold.
  const weights = G * M * C * R * S * weightBytes
  const outputs = batch * G * M * E * F
  const { strideHeight, strideWidth, dilationHeight, dilationWidth } = shape
  const tiledRows = tiledExtent(E, e, kernelRows, strideHeight, dilationHeight)
  const lastRows = R - (folds - 1) * kernelRows
  const foldedRows =
    folds === 1
      ? tiledRows
      : (folds - 1) * tiledRows + tiledExtent(E, e, lastRows, strideHeight, dilationHeight)
  const tiledColumns = tiledExtent(F, f, S, strideWidth, dilationWidth)
  const ifmapReads = filterSets * batch * G * C * foldedRows * tiledColumns * activationBytes
  const filterReads = weights * tileBlocks
  const psumReads = outputs * (channelSets - 1) * psumBytes
  const psumWrites = psumReads + outputs * activationBytes

  const halo =
    partial || tiles < tilesPerImage
      ? (tiledExtent(E, e, R, strideHeight, dilationHeight) * tiledColumns) / touchedPixels(shape)
      : 1
  const ifmapOnce = batch * leastIfmapBytes(shape, activationBytes) * halo
  let ifmapLoads = Math.ceil(filterSets / filterBlocks)
  let filterLoads = tileBlocks
  // What is left of the buffer keeps all channels of a block's ifmaps, or all filters of a set of groups, or both.
  const heldRows = folds === 1 ? rows : extent(e, R, strideHeight, dilationHeight)
  const channelsHeld =
    groups * C * images * heldRows * columns * activationBytes * tiles - (filterBlocks > 1 ? ifmapHeld : 0)
  const filtersHeld = groups * M * C * R * S * weightBytes
  const ifmapGain = channelsHeld <= left ? ifmapOnce * (ifmapLoads - 1) : 0
  const filterGain = filtersHeld <= left ? weights * (filterLoads - 1) : 0
  if (channelsHeld + filtersHeld <= left) {
    ifmapLoads = 1
    filterLoads = 1
  } else if (ifmapGain > filterGain) {
    ifmapLoads = 1
  } else if (filterGain > 0) {
    filterLoads = 1
  }
  const ifmapFetched = ifmapOnce * ifmapLoads
  const filtersFetched = weights * filterLoads

  cost.activePes =
    kernelRows * e * r * mapping.t * mapping.groups * mapping.tAcross * mapping.groupsAcross * images
  cost.macs = outputs * C * R * S
  cost.dramReadBytes = ifmapFetched + filtersFetched
  cost.dramWriteBytes = outputs * activationBytes
  cost.dramCycles = (cost.dramReadBytes + cost.dramWriteBytes) / array.dramRate
  cost.cycles = Math.max(cost.dramCycles, cost.arrayCycles)
  cost.bufferReadBytes = ifmapReads + filterReads + psumReads
  cost.bufferWriteBytes = psumWrites + ifmapFetched + filtersFetched
  // Every PE has its own copy of what it slides over and multiplies by; psums climb from PE to PE.
  const rowCopies = Math.ceil(M / p) * batch * G * C * R * E * tiledColumns * activationBytes
  const filterCopies = filterReads * e * images
  const climbs = outputs * R * Math.ceil(C / q) * psumBytes
  cost.arrayBytes = rowCopies + filterCopies + climbs
  cost.energyPj =
    cost.macs * (array.macPj + array.scratchpadPj) +
    cost.arrayBytes * array.arrayPj +
    cost.bufferReadBytes * array.bufferReadPj +
    cost.bufferWriteBytes * array.bufferWritePj +
    (cost.dramReadBytes + cost.dramWriteBytes) * array.dramPj +
    cost.cycles * array.leakagePjPerCycle
  return true
}

/** Pixels that the windows touch, padding included. */
const touchedPixels = (shape: ConvShape): number =>
  extent(shape.outHeight, shape.kernelHeight, shape.strideHeight, shape.dilationHeight) *
  extent(shape.outWidth, shape.kernelWidth, shape.strideWidth, shape.dilationWidth)

/** Bytes of one image's ifmap that have to come from DRAM at least once: what is touched, without padding. */
export function leastIfmapBytes(shape: ConvShape, activationBytes: number): number {
  const real = (shape.height * shape.width) / paddedSize(shape)
  return shape.groups * shape.channels * activationBytes * touchedPixels(shape) * Math.min(real, 1)
}

/** Pixels of the ifmap and its padding, as far as the kernel's window reaches. */
function paddedSize(shape: ConvShape): number {
  const height =
    (shape.outHeight - 1) * shape.strideHeight + (shape.kernelHeight - 1) * shape.dilationHeight + 1
  const width = (shape.outWidth - 1) * shape.strideWidth + (shape.kernelWidth - 1) * shape.dilationWidth + 1
  return height * width
}
