import type { RandomStream } from '../../src/random.js'
import type { Format } from './tree.js'

/** Something that reads files, and what is known of it. */
export interface Reader {
  readonly name: string
  /** Name of the file that is damaged, in a folder of its own. */
  readonly file: string
  /** Whole files. */
  seeds(): readonly Uint8Array[] | Promise<readonly Uint8Array[]>
  /** Makes files that are not damaged seeds. */
  make?(stream: RandomStream): Uint8Array
  /** How its files are taken apart; without it only bytes are damaged. */
  readonly format?: Format
  /** Puts beside the file what is read with it; called once. */
  prepare?(folder: string): void | Promise<void>
  /** Reads the file, and uses what it read as a command would. */
  read(file: string): unknown
  /** Writes beside its file, into the folder that this names. */
  readonly writes?: string
  /** Seconds of processor time for a file, where they are more than others may take. */
  readonly seconds?: number
  /** Whether errors name the file, as they should. */
  readonly unnamed?: true
}
