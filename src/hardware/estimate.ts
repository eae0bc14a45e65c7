import type { Accelerator } from './accelerator.js'
import { type AcceleratorFigures, acceleratorFigures } from './accelerator-figures.js'
import { type ArrayModel, arrayModel } from './mapping/array.js'
import { mapConv } from './mapping/map-conv.js'
import { mapMove } from './mapping/map-move.js'
import type { Mapping, MappingCost } from './mapping/mapping.js'
import type { Objective } from './mapping/objective.js'
import type { Workload } from './mapping/workload.js'
import type { PeModel } from './models/index.js'

/** Where energy goes, pJ. The parts sum to the whole. */
export interface EnergyParts {
  readonly mac: number
  readonly scratchpads: number
  readonly array: number
  readonly buffer: number
  readonly dram: number
  readonly leakage: number
}

export interface LayerEstimate {
  readonly name: string
  readonly type: string
  /** Absent for layers that are not mapped on the array: sums, products, pools. */
  readonly mapping?: Mapping
  readonly cost: MappingCost
  readonly latencyMs: number
  readonly energyMj: number
  readonly energyPj: EnergyParts
  /** MACs over cycles times all PEs. */
  readonly utilization: number
  /** What the layer waits for most. */
  readonly bound: 'array' | 'dram'
}

export interface Estimate {
  readonly figures: AcceleratorFigures
  readonly batch: number
  /** Of the whole batch, the layers one after another. */
  readonly latencyMs: number
  readonly energyMj: number
  readonly energyPj: EnergyParts
  readonly areaMm2: number
  readonly utilization: number
  /** Of one example. */
  readonly macs: number
  readonly params: number
  readonly layers: readonly LayerEstimate[]
}

export interface EstimateOptions {
  /** Images at a time; latency and energy are those of all of them. */
  readonly batch?: number
  readonly objective?: Objective
}

/**
 * Latency, energy and area of a network on an accelerator, each layer by its best mapping. Layers of equal shape
 * are mapped once.
 * Throws InputError for a layer that fits no mapping and whatever `acceleratorFigures` throws.
 */
export function estimate(
  workload: Workload,
  accelerator: Accelerator,
  peModel: PeModel,
  { batch = 1, objective = 'latency' }: EstimateOptions = {},
): Estimate {
  const figures = acceleratorFigures(accelerator, peModel)
  const array = arrayModel(accelerator, figures)
  const mapped: Omit<LayerEstimate, 'name' | 'type'>[] = []
  const layers = workload.layers.map(({ name, type, shape }): LayerEstimate => {
    mapped[shape] ??= mapShape(name, workload, shape, batch, array, objective, figures.clockMhz)
    return { name, type, ...mapped[shape] }
  })
  let [cycles, macs] = [0, 0]
  const parts = { mac: 0, scratchpads: 0, array: 0, buffer: 0, dram: 0, leakage: 0 }
  for (const { cost, energyPj } of layers) {
    cycles += cost.cycles
    macs += cost.macs
    parts.mac += energyPj.mac
    parts.scratchpads += energyPj.scratchpads
    parts.array += energyPj.array
    parts.buffer += energyPj.buffer
    parts.dram += energyPj.dram
    parts.leakage += energyPj.leakage
  }
  return {
    figures,
    batch,
    latencyMs: cycles / (figures.clockMhz * 1000),
    energyMj: total(parts) * 1e-9,
    energyPj: parts,
    areaMm2: figures.areaMm2,
    utilization: macs / (cycles * array.rows * array.columns),
    macs: workload.macs,
    params: workload.params,
    layers,
  }
}

function mapShape(
  name: string,
  workload: Workload,
  index: number,
  batch: number,
  array: ArrayModel,
  objective: Objective,
  clockMhz: number,
): Omit<LayerEstimate, 'name' | 'type'> {
  const shape = workload.shapes[index]!
  const found = shape.kind === 'conv' ? mapConv(name, shape, batch, array, objective) : undefined
  const cost = found?.cost ?? mapMove(shape as Parameters<typeof mapMove>[0], batch, array)
  const energyPj = energyParts(cost, array)
  return {
    ...(found && { mapping: found.mapping }),
    cost,
    latencyMs: cost.cycles / (clockMhz * 1000),
    energyMj: total(energyPj) * 1e-9,
    energyPj,
    utilization: cost.macs / (cost.cycles * array.rows * array.columns),
    bound: cost.dramCycles > cost.arrayCycles ? 'dram' : 'array',
  }
}

const energyParts = (cost: MappingCost, array: ArrayModel): EnergyParts => ({
  mac: cost.macs * array.macPj,
  scratchpads: cost.macs * array.scratchpadPj,
  array: cost.arrayBytes * array.arrayPj,
  buffer: cost.bufferReadBytes * array.bufferReadPj + cost.bufferWriteBytes * array.bufferWritePj,
  dram: (cost.dramReadBytes + cost.dramWriteBytes) * array.dramPj,
  leakage: cost.cycles * array.leakagePjPerCycle,
})

const total = ({ mac, scratchpads, array, buffer, dram, leakage }: EnergyParts): number =>
  mac + scratchpads + array + buffer + dram + leakage
