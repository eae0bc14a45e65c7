import { InputError } from '../errors.js'
import {
  type AcceleratorSpace,
  type ArrayModel,
  acceleratorAt,
  acceleratorFigures,
  arrayModel,
  mapConv,
  mapMove,
  type Objective,
  type PeModel,
  type PeType,
  type WorkShape,
} from '../hardware/index.js'
import { boundedCache } from './bounded-cache.js'
import type { NetworkWork } from './network-work.js'

/** What every shape costs on one accelerator; filled in as shapes are asked for. */
export interface AcceleratorRow {
  readonly peType: PeType
  readonly areaMm2: number
  readonly clockMhz: number
  /** By the shape's place in the table: NaN while unknown, Infinity where no mapping fits. */
  cycles: Float64Array
  picojoules: Float64Array
  /** Why the last shape that does not fit does not. */
  misfit: string
  readonly array: ArrayModel
}

/** An accelerator that cannot be, and why. */
export interface Refused {
  readonly refused: string
}

export interface RowOptions {
  readonly accelerators: AcceleratorSpace
  readonly peModel: PeModel
  readonly batch: number
  /** What the best mapping of a layer has least of. */
  readonly mapping: Objective
}

export interface AcceleratorRows {
  /** The row of an accelerator, with every shape of `work` filled in. */
  row(accelerator: number, work: NetworkWork): AcceleratorRow | Refused
  /** So far: accelerators whose figures were computed, and shapes mapped on them. */
  readonly counts: { readonly accelerators: number; readonly mappings: number }
}

/** Accelerators remembered, so that memory does not grow with the length of a search. */
const KEPT = 16_384

/**
 * Prices shapes on accelerators, each pair once while it is remembered: a network's price is then a sum over its shapes.
 * `shapes` may grow.
 */
export function acceleratorRows(
  shapes: readonly WorkShape[],
  { accelerators, peModel, batch, mapping }: RowOptions,
): AcceleratorRows {
  const known = boundedCache<number, AcceleratorRow | Refused>(KEPT)
  const counts = { accelerators: 0, mappings: 0 }

  const create = (index: number): AcceleratorRow | Refused => {
    counts.accelerators++
    try {
      const accelerator = acceleratorAt(accelerators, index)
      const figures = acceleratorFigures(accelerator, peModel)
      return {
        peType: accelerator.peType,
        areaMm2: figures.areaMm2,
        clockMhz: figures.clockMhz,
        cycles: new Float64Array(0),
        picojoules: new Float64Array(0),
        misfit: '',
        array: arrayModel(accelerator, figures),
      }
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      return { refused: error.message }
    }
  }
  const fill = (row: AcceleratorRow, id: number): void => {
    const shape = shapes[id]!
    counts.mappings++
    try {
      const cost =
        shape.kind === 'conv'
          ? mapConv('of the network', shape, batch, row.array, mapping).cost
          : mapMove(shape, batch, row.array)
      row.cycles[id] = cost.cycles
      row.picojoules[id] = cost.energyPj
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      row.cycles[id] = Infinity
      row.picojoules[id] = Infinity
      row.misfit = error.message
    }
  }
  return {
    counts,
    row(index, work) {
      let row = known.get(index)
      if (row === undefined) {
        row = create(index)
        known.set(index, row)
      }
      if ('refused' in row) return row
      const { shapes: own } = work
      if (row.cycles.length < shapes.length) {
        row.cycles = grown(row.cycles, shapes.length)
        row.picojoules = grown(row.picojoules, shapes.length)
      }
      for (let i = 0; i < own.length; i++) if (Number.isNaN(row.cycles[own[i]!]!)) fill(row, own[i]!)
      return row
    },
  }
}

function grown(values: Float64Array, length: number): Float64Array {
  const longer = new Float64Array(length).fill(Number.NaN)
  longer.set(values)
  return longer
}
