import { InputError } from '../../errors.js'
import type { PeDesign, PeType } from '../pe-design.js'

/** Parameters of `pe.v`. */
export type PeParameters = Readonly<Record<string, number>>

/** `KIND` of multiply.v. */
export const MULTIPLY_KIND: Readonly<Record<PeType, 0 | 1 | 2 | 3>> = Object.freeze({
  fp32: 3,
  int16: 0,
  int8: 0,
  int8x4: 0,
  'lightpe-1': 1,
  'lightpe-2': 2,
})

interface Range {
  readonly nominal: number
  readonly least: number
  readonly most: number
}

interface Widths {
  readonly activation: Range
  readonly weight: Range
  readonly psum: Range
}

const only = (bits: number): Range => ({ nominal: bits, least: bits, most: bits })
const range = (least: number, nominal: number, most: number): Range => ({ nominal, least, most })

/** Legal widths by type, bits; the nominal ones are the papers'. */
export const WIDTHS: Readonly<Record<PeType, Widths>> = Object.freeze({
  fp32: { activation: only(32), weight: only(32), psum: only(32) },
  int16: { activation: range(9, 16, 16), weight: range(9, 16, 16), psum: range(16, 32, 48) },
  int8: { activation: range(4, 8, 8), weight: range(4, 8, 8), psum: range(8, 24, 32) },
  int8x4: { activation: range(4, 8, 8), weight: range(2, 4, 4), psum: range(8, 16, 32) },
  'lightpe-1': { activation: range(4, 8, 8), weight: only(4), psum: range(12, 16, 32) },
  'lightpe-2': { activation: range(4, 8, 8), weight: only(8), psum: range(12, 24, 32) },
})

/** Scratchpad words that the address counters allow. */
const MOST_WORDS = 4096

const addressBits = (words: number): number => Math.max(1, Math.ceil(Math.log2(words)))

/** The Verilog parameters of a design. Throws InputError naming the field that is out of range, and the range. */
export function peParameters(design: PeDesign): PeParameters {
  const { type, activationBits, weightBits, psumBits, ifmapWords, filterWords, psumWords } = design
  const widths = WIDTHS[type]
  if (widths === undefined)
    throw new InputError(`PE type "${type}": unknown; there are ${Object.keys(WIDTHS).join(', ')}`)
  const within = (name: string, value: number, least: number, most: number): void => {
    if (Number.isInteger(value) && value >= least && value <= most) return
    const legal = least === most ? `${least}` : `${least} to ${most}`
    throw new InputError(`A PE of type ${type} with ${name} ${value}: legal is ${legal}`)
  }
  within('activationBits', activationBits, widths.activation.least, widths.activation.most)
  within('weightBits', weightBits, widths.weight.least, widths.weight.most)
  // The widest shifted term must fit; what two of them exceed by wraps, as all sums do.
  const term = MULTIPLY_KIND[type] === 1 || MULTIPLY_KIND[type] === 2 ? activationBits + 8 : 0
  within('psumBits', psumBits, Math.max(widths.psum.least, term), widths.psum.most)
  within('ifmapWords', ifmapWords, 1, MOST_WORDS)
  within('filterWords', filterWords, 1, MOST_WORDS)
  within('psumWords', psumWords, 1, MOST_WORDS)
  return Object.freeze({
    KIND: MULTIPLY_KIND[type],
    ACTIVATION: activationBits,
    WEIGHT: weightBits,
    PSUM: psumBits,
    IFMAP_WORDS: ifmapWords,
    FILTER_WORDS: filterWords,
    PSUM_WORDS: psumWords,
    IFMAP_ADDRESS: addressBits(ifmapWords),
    FILTER_ADDRESS: addressBits(filterWords),
    PSUM_ADDRESS: addressBits(psumWords),
    OUTSIDE: design.scratchpads === 'outside' ? 1 : 0,
  })
}
