/**
 * How a convolution is laid on the array, in the letters of row-stationary (Chen et al., ISCA 2016).
 *
 * A PE holds one kernel row and slides it along one ifmap row; R such rows times e columns make a PE set, which
 * computes e output rows. A tile is e × f outputs of `images` images; a pass is one set of filters and channels over
 * one or more tiles.
 */
export interface Mapping {
  /** Output rows of a tile: the columns of a PE set. More than the array has fold onto further rows. */
  readonly e: number
  /** Output columns of a tile. */
  readonly f: number
  /** Kernel rows on the array at once; all of them unless the array has fewer rows. */
  readonly kernelRows: number
  /** Filters and channels that interleave in a PE. */
  readonly p: number
  readonly q: number
  /** PE sets stacked for further channels (their psums add up the column) and further filters. */
  readonly r: number
  readonly t: number
  /** PE sets side by side for further filters, in the columns that e leaves over. */
  readonly tAcross: number
  /** PE sets stacked and side by side for further groups: what a depthwise layer fills the array with. */
  readonly groups: number
  readonly groupsAcross: number
  /** PE sets side by side for further images of the batch. */
  readonly images: number
  /** Sets of p·t·tAcross filters whose psums the buffer holds together (m = that many filters): ifmaps are read
   * from DRAM once for all of them. */
  readonly filterBlocks: number
  /** Tiles that go through the array before its filters change: of n images, or, where no psums wait in the buffer, of
   * any number of tiles. */
  readonly tiles: number
}

/** What a mapping costs, for the whole batch. */
export interface MappingCost {
  /** The larger of array and DRAM cycles: they overlap. */
  readonly cycles: number
  readonly arrayCycles: number
  readonly dramCycles: number
  readonly activePes: number
  readonly macs: number
  /** Bytes read from and written to the global buffer. */
  readonly bufferReadBytes: number
  readonly bufferWriteBytes: number
  readonly dramReadBytes: number
  readonly dramWriteBytes: number
  /** Bytes handed to a PE, by a network or by the PE below. */
  readonly arrayBytes: number
  /** Of everything, leakage included. */
  readonly energyPj: number
}

export type Writable<T> = { -readonly [K in keyof T]: T[K] }

export const blankMapping = (): Writable<Mapping> => ({
  e: 0,
  f: 0,
  kernelRows: 0,
  p: 0,
  q: 0,
  r: 0,
  t: 0,
  tAcross: 0,
  groups: 0,
  groupsAcross: 0,
  images: 0,
  filterBlocks: 0,
  tiles: 0,
})

export const blankCost = (): Writable<MappingCost> => ({
  cycles: 0,
  arrayCycles: 0,
  dramCycles: 0,
  activePes: 0,
  macs: 0,
  bufferReadBytes: 0,
  bufferWriteBytes: 0,
  dramReadBytes: 0,
  dramWriteBytes: 0,
  arrayBytes: 0,
  energyPj: 0,
})
