import { readFileSync } from 'node:fs'
import { ConfigError, InputError } from '../errors.js'
import { gunzipText } from '../gunzip-text.js'
import type { PeType } from '../hardware/index.js'
import type { KnownAccuracy } from './accuracy-model.js'
import { architectureAt, architectureIndex, type NetworkFamily } from './network-family.js'
import { SCHEME_OF, type Scheme } from './scheme.js'

/** Accuracies of all networks of a family, read from a file. Plain JSON. */
export interface AccuracyTable {
  readonly kind: 'table'
  readonly file: string
  readonly column: string
  /** Fractions, by the architecture's number (`architectureIndex`). */
  readonly values: readonly number[]
  /** Added to the accuracy on a PE type, as fractions; 0 where it is not named. */
  readonly offsets: Readonly<Partial<Record<PeType, number>>>
}

export interface ReadTableOptions {
  /** By default `cifar10_test` where there is one, else the last column. */
  readonly column?: string
  readonly offsets?: AccuracyTable['offsets']
}

/**
 * Reads a CSV (or .csv.gz) with a column `arch`, architectures as the family writes them, and columns of accuracies:
 * fractions, or percent where one is above 1.
 * Throws InputError for a file that cannot be read, a column that is not there and a table that lacks networks of the family,
 * ConfigError (`file:line`) for a line that is not an architecture of the family or no accuracy.
 */
export function readAccuracyTable(
  file: string,
  family: NetworkFamily,
  { column: asked, offsets = {} }: ReadTableOptions = {},
): AccuracyTable {
  if (family.size > MOST_NETWORKS)
    throw new InputError(
      `${family.name} has ${family.size.toLocaleString('en-US')} networks; a table can hold the accuracies of ${MOST_NETWORKS.toLocaleString('en-US')}`,
    )
  const lines = textOf(file).trimEnd().split(/\r?\n/)
  const columns = lines[0]!.split(',').map(name => name.trim())
  const architectures = columns.indexOf('arch')
  const others = columns.filter(name => name !== 'arch' && name !== 'index')
  if (architectures < 0 || others.length === 0)
    throw new ConfigError(`${file}:1`, `expected a column "arch" and one of accuracies, got "${lines[0]}"`)
  const column = asked ?? (others.includes('cifar10_test') ? 'cifar10_test' : others.at(-1)!)
  if (!others.includes(column))
    throw new InputError(`${file} has no column "${column}" of accuracies; it has ${others.join(', ')}`)
  const at = columns.indexOf(column)
  const values = new Array<number>(family.size).fill(Number.NaN)
  for (const [i, line] of lines.entries()) {
    if (i === 0) continue
    const fields = line.split(',')
    const where = `${file}:${i + 1}`
    if (fields.length !== columns.length)
      throw new ConfigError(where, `expected ${columns.length} fields, got ${fields.length}`)
    const index = indexOf(family, fields[architectures]!, where)
    const value = Number(fields[at])
    if (fields[at]!.trim() === '' || !(value >= 0 && value <= 100))
      throw new ConfigError(where, `${column}: expected an accuracy from 0 to 100, got "${fields[at]}"`)
    if (!Number.isNaN(values[index]!)) throw new ConfigError(where, `${fields[architectures]} is there twice`)
    values[index] = value
  }
  checkComplete(file, family, values)
  const percent = values.some(value => value > 1)
  return {
    kind: 'table',
    file,
    column,
    values: percent ? values.map(value => Number((value / 100).toPrecision(12))) : values,
    offsets,
  }
}

/** Largest table that is read: a table has a line for each network of its family. */
const MOST_NETWORKS = 1_000_000

function textOf(file: string): string {
  try {
    const bytes = readFileSync(file)
    return (/\.gz$/i.test(file) ? gunzipText(bytes) : bytes).toString('utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new InputError(
      `${file}: cannot be read (${code === 'ENOENT' ? 'no such file' : (code ?? message)})`,
    )
  }
}

function indexOf(family: NetworkFamily, text: string, where: string): number {
  try {
    return architectureIndex(family, family.parse(text))
  } catch (error) {
    throw error instanceof InputError ? new ConfigError(where, error.message) : error
  }
}

function checkComplete(file: string, family: NetworkFamily, values: readonly number[]): void {
  const first = values.findIndex(Number.isNaN)
  if (first < 0) return
  const missing = values.filter(Number.isNaN).length.toLocaleString('en-US')
  throw new InputError(
    `${file} lacks ${missing} of the ${family.size.toLocaleString('en-US')} networks of ${family.name}; the first is ${family.format(architectureAt(family, first))}`,
  )
}

/** The accuracy model of a table: what is tabulated, plus the offset of the PE type. */
export function tableAccuracy(
  { file, column, values, offsets }: AccuracyTable,
  family: NetworkFamily,
): KnownAccuracy {
  const bySchemes = Object.entries(offsets).map(([type, offset]) => [SCHEME_OF[type as PeType], offset])
  const offsetOf = Object.fromEntries(bySchemes) as Partial<Record<Scheme, number>>
  const test = !/val/i.test(column)
  return {
    name: `${column} of ${file}`,
    split: test ? 'test' : 'validation',
    dear: false,
    notes: [
      `Accuracies are read from ${file}, column ${column}: of networks trained in floating point, not of those that run on the accelerators.`,
      offsetNote(offsets),
      ...(test
        ? [
            'They are of test images, and the search chooses by them: the accuracy of what it chose is a little flattered.',
          ]
        : []),
    ],
    accuracy(architecture, scheme) {
      const value = values[architectureIndex(family, architecture)]!
      return Math.min(1, Math.max(0, value + (offsetOf[scheme] ?? 0)))
    },
  }
}

function offsetNote(offsets: AccuracyTable['offsets']): string {
  const given = Object.entries(offsets).filter(([, offset]) => offset !== 0)
  if (given.length === 0)
    return 'Assumed: quantization to any PE type costs no accuracy. --accuracy-offset says otherwise.'
  const said = given.map(([type, offset]) => `${type} ${(100 * offset).toFixed(2)} points`).join(', ')
  return `Assumed, as given by --accuracy-offset: quantization changes the accuracy by ${said}, and on other PE types not at all.`
}
