import { InputError } from '../../errors.js'
import type { ArrayModel } from './array.js'
import { largestPart } from './candidates.js'
import { blankCost, blankMapping, type Mapping, type MappingCost, type Writable } from './mapping.js'
import { tally } from './mapping-cost.js'
import type { Objective } from './objective.js'
import { listWays, readWay, type SpatialList, spatialList } from './spatial.js'
import type { ConvShape } from './workload.js'

export interface MappedConv {
  readonly mapping: Mapping
  readonly cost: MappingCost
}

/** Different p tried for each q, the largest first. */
const FILTERS_TRIED = 3

// Scratch space of the search: mapping is synchronous, and a layer takes some tens of microseconds.
const list: SpatialList = spatialList()
const draft = blankMapping()
const trial = blankCost()

/**
 * The best legal mapping of a convolution: of every way to fill the array (`listWays`), q channels and p filters a PE
 * as the scratchpads allow, and what the buffer holds, the one with the least cycles, energy or product of the two;
 * of equal ones the one with less energy, then fewer cycles, then the first found. Ways whose lower bound is no better
 * than what was found are passed over. A tile has all output columns unless the buffer holds no such tile; then
 * they are halved until it does.
 *
 * `name` is the layer's, for errors. Throws InputError when a scratchpad or the buffer is too small for any mapping,
 * with what the layer needs.
 */
export function mapConv(
  name: string,
  shape: ConvShape,
  batch: number,
  array: ArrayModel,
  objective: Objective,
): MappedConv {
  checkScratchpads(name, shape, array)
  const folds = Math.ceil(shape.kernelHeight / array.rows)
  const kernelRows = Math.ceil(shape.kernelHeight / folds)
  const best = { found: false, score: 0, energy: 0, mapping: blankMapping(), cost: blankCost() }
  for (let f = shape.outWidth; ; f = Math.ceil(f / 2)) {
    listWays(list, shape, batch, array, kernelRows, f, objective)
    draft.f = f
    draft.kernelRows = kernelRows
    let first = 0
    for (let way = 1; way < list.count; way++) if (list.bounds[way]! < list.bounds[first]!) first = way
    tryWay(first, shape, batch, array, objective, best)
    for (let way = 0; way < list.count; way++)
      if (way !== first && !(best.found && list.bounds[way]! >= best.score))
        tryWay(way, shape, batch, array, objective, best)
    if (best.found) return { mapping: best.mapping, cost: best.cost }
    if (f === 1) throw tooSmall(name, shape, array, kernelRows)
  }
}

interface Best {
  found: boolean
  score: number
  energy: number
  mapping: Writable<Mapping>
  cost: Writable<MappingCost>
}

/** All q and p of one way to fill the array. */
function tryWay(
  way: number,
  shape: ConvShape,
  batch: number,
  array: ArrayModel,
  objective: Objective,
  best: Best,
): void {
  readWay(list, way, draft)
  const { kernelWidth: S, filters, channels } = shape
  const perPe = Math.ceil(channels / draft.r)
  const spread = Math.ceil(filters / (draft.t * draft.tAcross))
  const mostChannels = Math.floor(array.ifmapWords / S)
  for (let q = largestPart(perPe, mostChannels); q > 0; q = largestPart(perPe, q - 1)) {
    const most = Math.min(array.psumWords, Math.floor(array.filterWords / (q * S)))
    draft.q = q
    let tried = 0
    for (let p = largestPart(spread, most); p > 0; p = largestPart(spread, p - 1)) {
      draft.p = p
      if (tryBuffers(shape, batch, array, objective, best) && ++tried === FILTERS_TRIED) break
    }
  }
}

/**
 * What the buffer holds: the most tiles for one set of filters, or the most sets of filters for as many tiles as
 * then fit. False when it holds neither.
 */
function tryBuffers(
  shape: ConvShape,
  batch: number,
  array: ArrayModel,
  objective: Objective,
  best: Best,
): boolean {
  const { activationBytes, psumBytes } = array
  const groups = draft.groups * draft.groupsAcross
  const filters = draft.p * draft.t * draft.tAcross
  const columns = (draft.f - 1) * shape.strideWidth + (shape.kernelWidth - 1) * shape.dilationWidth + 1
  const rows = (draft.e - 1) * shape.strideHeight + (draft.kernelRows - 1) * shape.dilationHeight + 1
  const touchedColumns = Math.min(columns, draft.f * shape.kernelWidth)
  const touchedRows = Math.min(rows, draft.e * draft.kernelRows)
  const channels = draft.q * draft.r
  const ifmap = groups * channels * draft.images * touchedRows * touchedColumns * activationBytes
  const psums = filters * groups * draft.images * draft.e * draft.f
  const pass = filters * groups * channels * draft.kernelRows * shape.kernelWidth * array.weightBytes
  const room = array.bufferBytes - pass
  const filterSets = Math.ceil(shape.filters / filters)
  const oneSet = channels >= shape.channels && draft.kernelRows === shape.kernelHeight
  const imageSets = Math.ceil(batch / draft.images)

  if (oneSet) {
    const allTiles = imageSets * Math.ceil(shape.outHeight / draft.e) * Math.ceil(shape.outWidth / draft.f)
    const free = room - psums * activationBytes
    if (free < ifmap) return false
    attempt(1, allTiles, shape, batch, array, objective, best)
    if (filterSets > 1) {
      const tiles = Math.min(allTiles, Math.floor(free / ifmap))
      attempt(filterSets, tiles, shape, batch, array, objective, best)
    }
    return true
  }
  const most = Math.floor((room - ifmap) / (psums * psumBytes))
  if (most < 1) return false
  attempt(1, Math.min(imageSets, most), shape, batch, array, objective, best)
  if (filterSets > 1 && most > 1) {
    // As few rounds over the ifmap as fit, and no more sets in each than that takes.
    const blocks = Math.ceil(filterSets / Math.ceil(filterSets / Math.min(filterSets, most)))
    const tiles = Math.min(imageSets, Math.floor(room / (blocks * psums * psumBytes + ifmap)))
    attempt(blocks, Math.max(1, tiles), shape, batch, array, objective, best)
  }
  return true
}

function attempt(
  filterBlocks: number,
  tiles: number,
  shape: ConvShape,
  batch: number,
  array: ArrayModel,
  objective: Objective,
  best: Best,
): void {
  draft.filterBlocks = filterBlocks
  draft.tiles = tiles
  const limit = best.found && objective === 'latency' ? best.score : Number.POSITIVE_INFINITY
  if (!tally(shape, batch, array, draft, trial, limit)) return
  const score =
    objective === 'latency'
      ? trial.cycles
      : objective === 'energy'
        ? trial.energyPj
        : trial.energyPj * trial.cycles
  if (best.found) {
    if (score > best.score) return
    if (score === best.score) {
      if (trial.energyPj > best.energy) return
      if (trial.energyPj === best.energy && trial.cycles >= best.cost.cycles) return
    }
  }
  best.found = true
  best.score = score
  best.energy = trial.energyPj
  Object.assign(best.mapping, draft)
  Object.assign(best.cost, trial)
}

function checkScratchpads(name: string, { kernelWidth }: ConvShape, array: ArrayModel): void {
  for (const pad of ['ifmapWords', 'filterWords'] as const)
    if (array[pad] < kernelWidth)
      throw new InputError(
        `layer "${name}" does not fit ${array.name}: a kernel row of ${kernelWidth} needs ${pad} ${kernelWidth} or more, there are ${array[pad]}`,
      )
}

/** The buffer that the smallest mapping needs: one output, one channel, one filter. */
function tooSmall(name: string, shape: ConvShape, array: ArrayModel, kernelRows: number): InputError {
  const { kernelWidth: S } = shape
  const bytes = kernelRows * S * (array.activationBytes + array.weightBytes) + array.psumBytes
  return new InputError(
    `layer "${name}" does not fit ${array.name}: its buffer of ${array.bufferBytes} bytes holds no mapping, the smallest needs ${Math.ceil(bytes)}; raise bufferKib`,
  )
}
