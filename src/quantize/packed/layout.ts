import type { SchemeName } from '../scheme.js'

/**
 * A packed file, little-endian: 8 bytes magic, then u32 version, CRC-32 of all bytes from 16 on, bytes of the header as it lies
 * in the file, and as JSON; the header (JSON, raw deflate); the tensors, in the order of the network's weights, without gaps.
 */
export const MAGIC = 'TNDMPACK'
export const VERSION = 1
/** Where the fields are, and where the header begins. */
export const AT = { version: 8, checksum: 12, header: 16, json: 20, begin: 24 } as const

/** JSON that is longer is refused before it is unpacked. */
export const MOST_JSON = 4 * 2 ** 20

/** What the header says. */
export interface Header {
  /** As `structureJson` has it. */
  readonly structure: unknown
  readonly scheme: SchemeName
  readonly tensors: readonly Entry[]
}

/** A tensor of the file: where it lies, from the first of them on, and how. */
export type Entry = { readonly name: string; readonly offset: number; readonly bytes: number } & Form

/**
 * `float32`: the values. `integers`: scales, float32 [filters], then q in two's complement of `bits` bits, where −2^(bits − 1)
 * is −0. `powers`: terms, u8 [filters], then codes of 4 bits, the shift in the lower three and the sign in the highest, in
 * units of 2^exponent. `signs`: scales where `scaled`, else all are 1, then a bit for each, 1 where negative. Codes stand
 * filter after filter, a filter's in the order of height, width and input channel, a weight's terms side by side.
 */
export type Form =
  | { readonly as: 'float32' }
  | { readonly as: 'integers'; readonly bits: 4 | 8 | 16 }
  | { readonly as: 'powers'; readonly exponent: number }
  | { readonly as: 'signs'; readonly scaled: boolean }
