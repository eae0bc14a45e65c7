import type { LookupTable } from './lookup-table.js'
import type { WireLoad } from './wire-load.js'

export interface TimingArc {
  readonly from: string
  /** How an edge of `from` turns into edges of the output; a rising-edge arc starts at the clock's rise. */
  readonly sense: 'positive' | 'negative' | 'both' | 'rising-edge' | 'falling-edge'
  readonly cellRise?: LookupTable
  readonly cellFall?: LookupTable
  readonly riseTransition?: LookupTable
  readonly fallTransition?: LookupTable
}

/** Setup before the clock's edge; rise and fall are those of the data. */
export interface SetupConstraint {
  readonly clock: string
  readonly edge: 'rising' | 'falling'
  readonly rise?: LookupTable
  readonly fall?: LookupTable
}

/** Internal energy of a pin's edges, fJ; `when` is a condition on the cell's pins, `from` the pin that causes it. */
export interface InternalPower {
  readonly from?: string
  readonly when?: string
  readonly rise?: LookupTable
  readonly fall?: LookupTable
}

export interface Pin {
  readonly name: string
  readonly direction: 'input' | 'output'
  /** fF */
  readonly capacitance: number
  readonly riseCapacitance: number
  readonly fallCapacitance: number
  readonly function?: string
  readonly threeState: boolean
  readonly arcs: readonly TimingArc[]
  readonly setups: readonly SetupConstraint[]
  readonly powers: readonly InternalPower[]
}

export type CellKind = 'gate' | 'flip-flop' | 'clock-gate' | 'other'

export interface Cell {
  readonly name: string
  /** µm² */
  readonly area: number
  /** nW: the mean over states that the library gives. */
  readonly leakageNw: number
  readonly kind: CellKind
  readonly pins: ReadonlyMap<string, Pin>
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** Of a flip-flop: `next_state`, the clock pin, and the names of its state and inverted state. */
  readonly flipFlop?: {
    readonly next: string
    readonly clock: string
    readonly state: string
    readonly inverted: string
  }
  /** Of an integrated clock gate: its pins. */
  readonly clockGate?: {
    readonly clock: string
    readonly enable: string
    readonly gated: string
    readonly test?: string
  }
  readonly dontUse: boolean
}

/** A standard cell library as characterization needs it. Times in ns, capacitances in fF, energies in fJ. */
export interface Library {
  readonly name: string
  readonly file: string
  /** SHA-256 of the liberty text, hexadecimal. */
  readonly digest: string
  readonly voltage: number
  /** The library's default statistical wire, where it has one. */
  readonly wireLoad?: WireLoad
  readonly cells: ReadonlyMap<string, Cell>
  /** Integrated clock gates (positive edge, no test logic needed), smallest first. */
  readonly clockGates: readonly Cell[]
  /** What synthesis needs of the text: without power tables and without cells that it shall not use. */
  readonly synthesisText: string
}
