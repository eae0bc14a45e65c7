import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { ConfigError, InputError } from '../errors.js'
import { parseJson } from '../parse-json.js'
import { PE_TYPES, type PeDesign, type PeFigures } from './pe-design.js'

/** A design that was characterized. */
export interface MeasuredPoint {
  readonly design: PeDesign
  readonly figures: PeFigures
  /** Standard deviation of the energy over the data seeds, as a fraction of it. */
  readonly energySpread: number
  /** Cells of the mapped netlist. */
  readonly gates: number
  /** What characterizing it took. */
  readonly seconds: number
}

/** A design that could not be characterized, and why. */
export interface FailedPoint {
  readonly design: PeDesign
  readonly seconds: number
  readonly error: string
}

export type DataPoint = MeasuredPoint | FailedPoint

/** How a data set was made; stands in a JSON file beside the CSV. */
export interface DataSetHeader {
  readonly schema: 1
  /** Name of the cell library, e.g. `Nangate45 typical, 1.1 V`. */
  readonly library: string
  /** Versions by tool, e.g. `{ yosys: '0.23' }`. */
  readonly tools: Readonly<Record<string, string>>
  /** Everything else that the figures depend on: seeds, activity, clock. Plain JSON. */
  readonly settings: Readonly<Record<string, unknown>>
}

export interface DataSet {
  readonly header: DataSetHeader
  readonly points: readonly DataPoint[]
}

export const isMeasured = (point: DataPoint): point is MeasuredPoint => 'figures' in point

/** The columns in their order; the CSV's first line. */
export const DATA_SET_COLUMNS = Object.freeze([
  'type',
  'activation_bits',
  'weight_bits',
  'psum_bits',
  'ifmap_words',
  'filter_words',
  'psum_words',
  'scratchpads',
  'area_um2',
  'critical_path_ns',
  'leakage_mw',
  'energy_pj_per_mac',
  'energy_spread',
  'gates',
  'seconds',
  'error',
] as const)

const headerSchema = z.strictObject({
  schema: z.literal(1),
  library: z.string().min(1),
  tools: z.record(z.string(), z.string()),
  settings: z.record(z.string(), z.unknown()),
})

/** Where a data set's header stands: `name.json` beside `name.csv`. */
export const headerFile = (file: string): string => file.replace(/(\.csv)?$/i, '.json')

/**
 * Reads a characterization data set: a CSV, one line a point, and its JSON header beside it.
 * Throws InputError when one of the two is missing, ConfigError (`file:line`) when a line or the header is not
 * what it should be or a design stands twice.
 */
export function readDataSet(file: string): DataSet {
  const text = contents(file)
  return Object.freeze({ points: parseDataSet(text, file), header: readHeader(headerFile(file)) })
}

/** Reads the CSV's text; `file` names it in errors. Throws ConfigError (`file:line`). */
export function parseDataSet(text: string, file: string): readonly DataPoint[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  if (lines[0] !== DATA_SET_COLUMNS.join(','))
    throw new ConfigError(`${file}:1`, `the first line must be: ${DATA_SET_COLUMNS.join(',')}`)
  const seen = new Map<string, number>()
  const points = lines.slice(1).map((line, i) => {
    const where = `${file}:${i + 2}`
    const point = pointOf(line, where)
    const design = designFields(point.design).join(',')
    if (seen.has(design))
      throw new ConfigError(where, `the design stands on line ${seen.get(design)} already`)
    seen.set(design, i + 2)
    return point
  })
  return Object.freeze(points)
}

/** The CSV's text, numbers in full; an error's line breaks become blanks. */
export const dataSetText = (points: readonly DataPoint[]): string =>
  [DATA_SET_COLUMNS, ...points.map(fieldsOf)].map(fields => `${fields.map(quoted).join(',')}\n`).join('')

/** Writes the CSV and its header; each file is replaced as a whole. */
export function writeDataSet(file: string, points: readonly DataPoint[], header: DataSetHeader): void {
  replace(headerFile(file), `${JSON.stringify(headerSchema.parse(header), null, 2)}\n`)
  replace(file, dataSetText(points))
}

function pointOf(line: string, where: string): DataPoint {
  const fields = fieldsIn(line)
  if (fields?.length !== DATA_SET_COLUMNS.length) {
    const got = fields === undefined ? 'a quote that does not close' : `${fields.length} fields`
    throw new ConfigError(where, `expected ${DATA_SET_COLUMNS.length} fields, got ${got}`)
  }
  const field = (column: (typeof DATA_SET_COLUMNS)[number]) => fields[DATA_SET_COLUMNS.indexOf(column)]!
  const wrong = (column: Column, expected: string) =>
    new ConfigError(where, `${column}: expected ${expected}, got ${JSON.stringify(field(column))}`)
  const number = (column: Column, fits: (value: number) => boolean, expected: string) => {
    const text = field(column)
    const value = /^\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN
    if (!Number.isFinite(value) || !fits(value)) throw wrong(column, expected)
    return value
  }
  const oneOf = <T extends string>(column: Column, names: readonly T[]): T => {
    const found = names.find(name => name === field(column))
    if (found === undefined) throw wrong(column, `one of ${names.join(', ')}`)
    return found
  }
  const bits = (column: Column) =>
    number(column, value => Number.isInteger(value) && value >= 1 && value <= 256, 'bits, 1 to 256')
  const scratchpads = oneOf('scratchpads', ['inside', 'outside'])
  const fewest = scratchpads === 'inside' ? 1 : 0
  const words = (column: Column) =>
    number(
      column,
      value => Number.isInteger(value) && value >= fewest && value <= 1_000_000,
      `words, ${fewest} to 1000000`,
    )
  const above0 = (column: Column) => number(column, value => value > 0, 'a number above 0')
  const from0 = (column: Column) => number(column, value => value >= 0, 'a number, 0 or more')

  const design: PeDesign = Object.freeze({
    type: oneOf('type', PE_TYPES),
    activationBits: bits('activation_bits'),
    weightBits: bits('weight_bits'),
    psumBits: bits('psum_bits'),
    ifmapWords: words('ifmap_words'),
    filterWords: words('filter_words'),
    psumWords: words('psum_words'),
    scratchpads,
  })
  const seconds = from0('seconds')
  const error = field('error')
  if (error !== '') {
    for (const column of MEASURED)
      if (field(column) !== '') throw wrong(column, 'nothing, as the point failed')
    return Object.freeze({ design, seconds, error })
  }
  const figures: PeFigures = Object.freeze({
    areaUm2: above0('area_um2'),
    criticalPathNs: above0('critical_path_ns'),
    leakageMw: above0('leakage_mw'),
    energyPjPerMac: above0('energy_pj_per_mac'),
  })
  const gates = number('gates', value => Number.isInteger(value) && value > 0, 'a whole number above 0')
  return Object.freeze({ design, figures, energySpread: from0('energy_spread'), gates, seconds })
}

type Column = (typeof DATA_SET_COLUMNS)[number]

/** What a failed point leaves empty. */
const MEASURED: readonly Column[] = [
  'area_um2',
  'critical_path_ns',
  'leakage_mw',
  'energy_pj_per_mac',
  'energy_spread',
  'gates',
]

const designFields = (design: PeDesign): readonly (string | number)[] => [
  design.type,
  design.activationBits,
  design.weightBits,
  design.psumBits,
  design.ifmapWords,
  design.filterWords,
  design.psumWords,
  design.scratchpads,
]

function fieldsOf(point: DataPoint): readonly (string | number)[] {
  const { design, seconds } = point
  if (!isMeasured(point))
    return [...designFields(design), ...MEASURED.map(() => ''), seconds, point.error || 'failed']
  const { areaUm2, criticalPathNs, leakageMw, energyPjPerMac } = point.figures
  const figures = [areaUm2, criticalPathNs, leakageMw, energyPjPerMac, point.energySpread, point.gates]
  return [...designFields(design), ...figures, seconds, '']
}

const quoted = (field: string | number): string => {
  const text = String(field).replaceAll(/\s*[\r\n]+\s*/g, ' ')
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** The fields of one line (RFC 4180 without line breaks); undefined when its quotes are wrong. */
function fieldsIn(line: string): readonly string[] | undefined {
  const fields: string[] = []
  const field = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y
  for (;;) {
    const match = field.exec(line)
    if (match === null) return undefined
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '')
    if (match[3] === '') return fields
  }
}

function readHeader(file: string): DataSetHeader {
  let json: unknown
  try {
    json = parseJson(contents(file))
  } catch (error) {
    if (error instanceof InputError) throw error
    throw new ConfigError(`${file}:1`, `is not JSON: ${(error as Error).message}`)
  }
  const checked = headerSchema.safeParse(json)
  if (!checked.success)
    throw new ConfigError(`${file}:1`, `is not the header of a data set: ${z.prettifyError(checked.error)}`)
  return Object.freeze(checked.data)
}

function contents(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new InputError(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
}

function replace(file: string, text: string): void {
  const aside = `${file}.aside`
  try {
    writeFileSync(aside, text)
    renameSync(aside, file)
  } catch (error) {
    rmSync(aside, { force: true })
    throw error
  }
}
