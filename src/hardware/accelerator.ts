import type { PeDesign, PeType } from './pe-design.js'

/** Where an accelerator's scratchpads are kept. */
export type ScratchpadTechnology = 'flip-flop' | 'sram'

/** A spatial array of processing elements with a row-stationary dataflow: every knob, resolved. */
export interface Accelerator {
  readonly name: string
  readonly peType: PeType
  readonly activationBits: number
  readonly weightBits: number
  readonly psumBits: number
  readonly rows: number
  readonly columns: number
  /** Of each PE's scratchpads. */
  readonly ifmapWords: number
  readonly filterWords: number
  readonly psumWords: number
  readonly scratchpads: ScratchpadTechnology
  readonly bufferKib: number
  /**
   * Bytes a cycle between buffer and array, all networks together. They share it as Eyeriss's do, 16 : 64 : 64
   * bits: ifmaps a ninth, filters four ninths, psums four ninths in each direction at once.
   */
  readonly bufferBandwidth: number
  /** GB/s (10⁹ bytes). */
  readonly dramBandwidth: number
  /** `max`: the critical path and a margin. */
  readonly clockMhz: number | 'max'
}

/** The widths of a PE type: activations and weights are fixed by it, psums may be chosen within a range. */
export interface Widths {
  readonly activationBits: number
  readonly weightBits: number
  readonly psumBits: number
  readonly psumRange: readonly [number, number]
}

const widths = (
  activationBits: number,
  weightBits: number,
  psumBits: number,
  psumRange: readonly [number, number],
): Widths => Object.freeze({ activationBits, weightBits, psumBits, psumRange })

export const PE_WIDTHS: Readonly<Record<PeType, Widths>> = Object.freeze({
  fp32: widths(32, 32, 32, [32, 32]),
  int16: widths(16, 16, 32, [16, 40]),
  int8: widths(8, 8, 24, [16, 32]),
  int8x4: widths(8, 4, 24, [16, 24]),
  'lightpe-1': widths(8, 4, 24, [16, 24]),
  'lightpe-2': widths(8, 8, 24, [16, 32]),
})

/** What may be left out: the widths follow the PE type, the rest is a small edge accelerator. */
export type AcceleratorKnobs = Partial<Accelerator> & Pick<Accelerator, 'peType'>

/** An accelerator with every knob filled in. Does not check ranges; files are checked by `acceleratorSchema`. */
export function accelerator(knobs: AcceleratorKnobs): Accelerator {
  const { activationBits, weightBits, psumBits } = PE_WIDTHS[knobs.peType]
  return Object.freeze({
    name: knobs.peType,
    activationBits,
    weightBits,
    psumBits,
    rows: 12,
    columns: 14,
    ifmapWords: 12,
    filterWords: 224,
    psumWords: 24,
    scratchpads: 'flip-flop',
    bufferKib: 108,
    bufferBandwidth: 18,
    dramBandwidth: 4,
    clockMhz: 'max',
    ...knobs,
  })
}

/**
 * The same array with processing elements of another type: their widths are that type's own; all other knobs stay. A
 * fixed clock stays too, and may be one that the other type does not reach.
 */
export function withPeType(given: Accelerator, peType: PeType): Accelerator {
  if (given.peType === peType) return given
  const { activationBits: _, weightBits: __, psumBits: ___, name, ...knobs } = given
  return accelerator({ ...knobs, name: `${name} with ${peType}`, peType })
}

/** The accelerator's PE as it is characterized, with its scratchpads inside or outside. */
export const peDesignOf = (
  { peType, activationBits, weightBits, psumBits, ifmapWords, filterWords, psumWords }: Accelerator,
  scratchpads: PeDesign['scratchpads'],
): PeDesign => ({
  type: peType,
  activationBits,
  weightBits,
  psumBits,
  ifmapWords,
  filterWords,
  psumWords,
  scratchpads,
})
