import type { PeDesign } from '../pe-design.js'
import type { PassShape } from './pass-shape.js'

/** A simulated PE: one clock cycle with inputs, and output ports. */
export interface DrivenPe {
  cycle(inputs?: Readonly<Record<string, number>>, respond?: () => Readonly<Record<string, number>>): void
  read(port: string): number
}

export interface PassData {
  /** Bit patterns; tap t of filter f at t * filters + f. */
  readonly weights: readonly number[]
  /** Of each window: the activations that are new (the first: all taps). */
  readonly windows: readonly (readonly number[])[]
  /** What the neighbour sends at each drain, by window and filter; default 0. */
  readonly psumsIn?: readonly (readonly number[])[]
}

/**
 * Drives one pass through a PE by the protocol of pe.v and returns the psums by window and filter. `aroundMacs` is
 * called when a window's multiply-accumulates begin to be at work in all stages and when they cease to be.
 */
export function drivePass(
  pe: DrivenPe,
  design: PeDesign,
  { taps, filters }: PassShape,
  { weights, windows, psumsIn }: PassData,
  aroundMacs: (running: boolean) => void = () => {},
): number[][] {
  const step = outsideMemories(pe, design)
  const held = { ifmap_last: taps - 1, filter_last: taps * filters - 1, psum_last: filters - 1 }
  const idle = { reset: 0, mac: 0, drain: 0, ifmap_write: 0, filter_write: 0 }
  step({ ...idle, ...held, reset: 1 })
  for (const weight of weights) step({ ...idle, filter_write: 1, filter_data: weight })
  const results: number[][] = []
  windows.forEach((activations, window) => {
    for (const activation of activations) step({ ...idle, ifmap_write: 1, ifmap_data: activation })
    for (let i = 0; i < taps * filters; i++) {
      step({ ...idle, mac: 1 })
      if (i === 3) aroundMacs(true)
    }
    aroundMacs(false)
    const psums: number[] = []
    const collect = () => {
      if (pe.read('psum_out_valid') === 1) psums.push(pe.read('psum_out'))
    }
    for (let i = 0; i < filters; i++) {
      step({ ...idle, drain: 1, psum_in: i === 0 ? 0 : (psumsIn?.[window]?.[i - 1] ?? 0) })
      collect()
    }
    for (let i = 0; i < 4; i++) {
      step({ ...idle, psum_in: psumsIn?.[window]?.[filters - 1] ?? 0 })
      collect()
    }
    results.push(psums)
  })
  return results
}

/** Steps that stand in for the scratchpads of a PE whose scratchpads are outside. */
function outsideMemories(pe: DrivenPe, design: PeDesign): (inputs: Readonly<Record<string, number>>) => void {
  if (design.scratchpads === 'inside') return inputs => pe.cycle(inputs)
  const ifmap = new Array<number>(2 ** 13).fill(0)
  const filter = new Array<number>(2 ** 13).fill(0)
  const psums = new Array<number>(2 ** 13).fill(0)
  let last: Readonly<Record<string, number>> = {}
  return inputs => {
    // Writes happen at the edge, with what stood at the ports before it.
    if (last['ifmap_write']) ifmap[pe.read('ifmap_address_out')] = last['ifmap_data']!
    if (last['filter_write']) filter[pe.read('filter_address_out')] = last['filter_data']!
    if (pe.read('psum_write') === 1) psums[pe.read('psum_write_address')] = pe.read('psum_out')
    last = inputs
    pe.cycle(inputs, () => ({
      ifmap_read: ifmap[pe.read('ifmap_address_out')]!,
      filter_read: filter[pe.read('filter_address_out')]!,
      psum_read: psums[pe.read('psum_read_address')]!,
    }))
  }
}
