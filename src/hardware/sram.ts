import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError, InputError } from '../errors.js'
import { packageRoot } from '../package-root.js'

/** Figures of one SRAM. */
export interface SramFigures {
  readonly accessNs: number
  readonly readPjPerByte: number
  readonly writePjPerByte: number
  readonly leakageMw: number
  readonly areaMm2: number
}

/** A table of SRAMs of equal word width, ascending in size. Area is NaN where it was not computed. */
export interface SramTable {
  readonly what: string
  readonly bytes: Float64Array
  readonly figures: Readonly<Record<keyof SramFigures, Float64Array>>
}

const FILE = 'latency-models/accelerator/sram/sram-45nm.csv'
const COLUMNS = 'bytes,word_bytes,access_ns,read_pj,write_pj,leakage_mw,area_mm2'

/**
 * Reads the shipped tables, computed with CACTI 7: scratchpads (words of 2 bytes) and global buffers (8 bytes).
 * Throws ConfigError (`file:line`) when the file is not what it should be.
 */
export function readSramTables(file = join(packageRoot, FILE)): {
  readonly scratchpad: SramTable
  readonly buffer: SramTable
} {
  const lines = readFileSync(file, 'utf8').trim().split(/\r?\n/)
  if (lines[0] !== COLUMNS) throw new ConfigError(`${file}:1`, `the first line must be: ${COLUMNS}`)
  const rows = lines.slice(1).map((line, i) => {
    const row = line.split(',').map(field => (field === '' ? Number.NaN : Number(field)))
    if (row.length !== 7 || row.slice(0, 6).some(value => !(value > 0)))
      throw new ConfigError(`${file}:${i + 2}`, 'expected six numbers above 0, and an area or nothing')
    return row
  })
  const table = (what: string, wordBytes: number): SramTable => {
    const own = rows.filter(row => row[1] === wordBytes)
    const column = (of: (row: readonly number[]) => number) => Float64Array.from(own, of)
    return Object.freeze({
      what,
      bytes: column(row => row[0]!),
      figures: Object.freeze({
        accessNs: column(row => row[2]!),
        readPjPerByte: column(row => row[3]! / wordBytes),
        writePjPerByte: column(row => row[4]! / wordBytes),
        leakageMw: column(row => row[5]!),
        areaMm2: column(row => row[6]!),
      }),
    })
  }
  return Object.freeze({ scratchpad: table('scratchpad SRAM', 2), buffer: table('buffer SRAM', 8) })
}

let tables: ReturnType<typeof readSramTables> | undefined

/** The shipped tables, read once. */
export function sramTables(): ReturnType<typeof readSramTables> {
  tables ??= readSramTables()
  return tables
}

/** The sizes that a table covers for a figure: the smallest and the largest, bytes. */
export function sramRange(
  { bytes, figures }: SramTable,
  figure: keyof SramFigures,
): readonly [number, number] {
  const known = [...bytes].filter((_, i) => !Number.isNaN(figures[figure][i]!))
  return [known[0]!, known.at(-1)!]
}

/**
 * One figure of an SRAM of `bytes`, interpolated in the logarithms of size and figure between the two nearest
 * sizes that have it. Throws InputError outside of the table: nothing is extrapolated.
 */
export function sramFigure(table: SramTable, figure: keyof SramFigures, bytes: number): number {
  const sizes = table.bytes
  const values = table.figures[figure]
  let below = -1
  for (let i = 0; i < sizes.length; i++) {
    if (Number.isNaN(values[i]!)) continue
    if (sizes[i] === bytes) return values[i]!
    if (sizes[i]! < bytes) {
      below = i
    } else {
      if (below < 0) break
      const share = Math.log(bytes / sizes[below]!) / Math.log(sizes[i]! / sizes[below]!)
      return values[below]! * (values[i]! / values[below]!) ** share
    }
  }
  const [least, most] = sramRange(table, figure)
  throw new InputError(
    `${table.what} of ${bytes} bytes: its ${figure} is known from ${least} to ${most} bytes, and not extrapolated`,
  )
}
