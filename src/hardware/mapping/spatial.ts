import type { ArrayModel } from './array.js'
import { largestPart, spreads } from './candidates.js'
import { extent, tiledExtent } from './extent.js'
import type { Mapping, Writable } from './mapping.js'
import { leastIfmapBytes } from './mapping-cost.js'
import type { Objective } from './objective.js'
import type { ConvShape } from './workload.js'

/** Numbers that one way to fill the array takes in a list of them. */
const FIELDS = 8

/** Ways to fill the array, flat, and for each a score that no mapping which fills it so can fall below. */
export interface SpatialList {
  count: number
  ways: Int32Array
  bounds: Float64Array
}

export const spatialList = (): SpatialList => ({
  count: 0,
  ways: new Int32Array(FIELDS * 1024),
  bounds: new Float64Array(1024),
})

/** Writes way number `index` into a mapping. */
export function readWay(list: SpatialList, index: number, mapping: Writable<Mapping>): void {
  const { ways } = list
  const at = index * FIELDS
  mapping.e = ways[at]!
  mapping.r = ways[at + 1]!
  mapping.t = ways[at + 2]!
  mapping.tAcross = ways[at + 3]!
  mapping.groups = ways[at + 4]!
  mapping.groupsAcross = ways[at + 5]!
  mapping.images = ways[at + 6]!
}

/**
 * Lists every way to fill the array with PE sets of `kernelRows` rows, tiles being `f` columns wide: e equal parts
 * of the output rows; sets stacked for channels, filters and groups; sets side by side for filters, groups and images.
 */
export function listWays(
  list: SpatialList,
  shape: ConvShape,
  batch: number,
  array: ArrayModel,
  kernelRows: number,
  f: number,
  objective: Objective,
): void {
  const slots = Math.floor(array.rows / kernelRows)
  const { columns } = array
  const bound = lowerBound(shape, batch, array, kernelRows, f, objective)
  const channelSpreads = spreads(kernelRows < shape.kernelHeight ? 1 : shape.channels, slots)
  const filterSpreads = spreads(shape.filters, Math.max(slots, columns))
  const groupSpreads = spreads(shape.groups, Math.max(slots, columns))
  const imageSpreads = spreads(batch, columns)
  list.count = 0
  const rows = shape.outHeight
  for (let e = largestPart(rows, columns * slots); e > 0; e = largestPart(rows, e - 1)) {
    const folds = Math.ceil(e / columns)
    const stacked = Math.floor(slots / folds)
    if (stacked === 0) continue
    const across = folds > 1 ? 1 : Math.floor(columns / e)
    for (const r of channelSpreads) {
      if (r > stacked) break
      for (const t of filterSpreads) {
        if (r * t > stacked) break
        for (const tAcross of filterSpreads) {
          if (tAcross > across || (tAcross > 1 && t * tAcross >= 2 * shape.filters)) break
          for (const groups of groupSpreads) {
            if (r * t * groups > stacked) break
            for (const groupsAcross of groupSpreads) {
              if (
                tAcross * groupsAcross > across ||
                (groupsAcross > 1 && groups * groupsAcross >= 2 * shape.groups)
              )
                break
              for (const images of imageSpreads) {
                if (tAcross * groupsAcross * images > across) break
                const score = bound(e, r, t * tAcross, groups * groupsAcross, images)
                append(list, e, r, t, tAcross, groups, groupsAcross, images, score)
              }
            }
          }
        }
      }
    }
  }
}

function append(
  list: SpatialList,
  e: number,
  r: number,
  t: number,
  tAcross: number,
  groups: number,
  groupsAcross: number,
  images: number,
  score: number,
): void {
  if (list.count === list.bounds.length) {
    const [ways, bounds] = [new Int32Array(2 * list.ways.length), new Float64Array(2 * list.bounds.length)]
    ways.set(list.ways)
    bounds.set(list.bounds)
    list.ways = ways
    list.bounds = bounds
  }
  const { ways } = list
  const at = list.count * FIELDS
  ways[at] = e
  ways[at + 1] = r
  ways[at + 2] = t
  ways[at + 3] = tAcross
  ways[at + 4] = groups
  ways[at + 5] = groupsAcross
  ways[at + 6] = images
  list.bounds[list.count++] = score
}

/**
 * A score that no mapping with the given PE sets can fall below: each term of `mappingCost` at its own best p, q,
 * filter blocks and tiles.
 */
function lowerBound(
  shape: ConvShape,
  batch: number,
  array: ArrayModel,
  kernelRows: number,
  f: number,
  objective: Objective,
): (e: number, r: number, t: number, groups: number, images: number) => number {
  const { kernelHeight: R, kernelWidth: S, filters: M, channels: C, groups: G } = shape
  const { outHeight: E, outWidth: F, strideHeight, strideWidth, dilationHeight, dilationWidth } = shape
  const { activationBytes, psumBytes } = array
  const folds = Math.ceil(R / kernelRows)
  const outputs = batch * G * M * E * F
  const weights = G * M * C * R * S * array.weightBytes
  const columns = extent(f, S, strideWidth, dilationWidth)
  const tileColumns = Math.ceil(F / f)
  const tiledColumns = tiledExtent(F, f, S, strideWidth, dilationWidth)
  const mostChannels = Math.floor(array.ifmapWords / S)
  const mostFilters = Math.min(array.psumWords, Math.floor(array.filterWords / S))
  const fetched = batch * leastIfmapBytes(shape, activationBytes) + weights
  const dramBytes = outputs * activationBytes + fetched
  // Copies in the PEs and psums that climb, at the largest p and q.
  const rowCopies = Math.ceil(M / mostFilters) * batch * G * C * R * E * tiledColumns * activationBytes
  const climbs = outputs * R * Math.ceil(C / mostChannels) * psumBytes
  const fixedPj =
    outputs * C * R * S * (array.macPj + array.scratchpadPj) +
    dramBytes * array.dramPj +
    (outputs * activationBytes + fetched) * array.bufferWritePj +
    (rowCopies + climbs) * array.arrayPj
  return (e, r, t, groups, images) => {
    const tilesPerImage = Math.ceil(E / e) * tileColumns
    const tiles = tilesPerImage * Math.ceil(batch / images)
    const groupSets = Math.ceil(G / groups)
    const filterSets = Math.ceil(M / (t * Math.min(mostFilters, Math.ceil(M / t))))
    const channelSets = Math.ceil(C / (r * Math.min(mostChannels, Math.ceil(C / r)))) * folds
    const rows = extent(e, kernelRows, strideHeight, dilationHeight)
    let steady = groupSets * tiles * f * S * Math.ceil(M / t) * Math.ceil(C / r) * folds
    const ifmap = groupSets * tiles * filterSets * C * folds * groups * images * rows * columns
    const ifmapCycles = (ifmap * activationBytes) / array.ifmapRate
    if (ifmapCycles > steady) steady = ifmapCycles
    const psumCycles =
      (groupSets *
        tiles *
        channelSets *
        M *
        groups *
        images *
        e *
        f *
        (channelSets > 1 ? psumBytes : activationBytes)) /
      array.psumRate
    if (psumCycles > steady) steady = psumCycles
    const filterReads = channelSets > 1 ? weights * tilesPerImage : weights
    const arrayCycles = filterReads / array.filterRate + steady
    const dramCycles = dramBytes / array.dramRate
    const cycles = Math.max(arrayCycles, dramCycles)
    if (objective === 'latency') return cycles
    const psumBytesEachWay = outputs * (channelSets - 1) * psumBytes
    const tiledRows = tiledExtent(E, e, kernelRows, strideHeight, dilationHeight)
    const ifmapReads = filterSets * batch * G * C * tiledRows * tiledColumns * activationBytes
    const energy =
      fixedPj +
      psumBytesEachWay * (array.bufferReadPj + array.bufferWritePj) +
      (ifmapReads + filterReads) * array.bufferReadPj +
      filterReads * e * images * array.arrayPj +
      cycles * array.leakagePjPerCycle
    return objective === 'energy' ? energy : energy * cycles
  }
}
