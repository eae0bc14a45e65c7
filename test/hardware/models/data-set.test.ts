import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ConfigError, InputError } from '../../../src/errors.js'
import {
  DATA_SET_COLUMNS,
  dataSetText,
  headerFile,
  parseDataSet,
  readDataSet,
  writeDataSet,
} from '../../../src/hardware/data-set.js'
import { failed, HEADER, syntheticPoints } from './synthetic-points.js'

const folder = mkdtempSync(join(tmpdir(), 'tandem-data-set-'))
const HEAD = `${DATA_SET_COLUMNS.join(',')}\n`
const GOOD = 'int8,8,8,24,12,224,24,inside,16637.5,1.35,0.35,8.02,0.03,5000,4.1,'
const measured = syntheticPoints({ perType: 3 })
const points = [...measured, failed({ ...measured[0]!.design, filterWords: 999 })]

describe('a characterization data set', () => {
  it('is read as it was written, failed points too', () => {
    const file = join(folder, 'a.csv')
    writeDataSet(file, points, HEADER)
    expect(readDataSet(file)).toEqual({ points, header: HEADER })
    expect(headerFile(file)).toBe(join(folder, 'a.json'))
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(points.length + 2)
  })

  it('keeps commas, quotes and line breaks of errors on one line', () => {
    const error = 'a "b", c\r\n  d\ne'
    const text = dataSetText([{ ...failed(measured[0]!.design), error }])
    expect(text.split('\n')).toHaveLength(3)
    expect(parseDataSet(text, 'x')).toMatchObject([{ error: 'a "b", c d e' }])
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), error => {
        const [point] = parseDataSet(dataSetText([{ ...failed(measured[0]!.design), error }]), 'x')
        expect(point).toMatchObject({ error: error.replaceAll(/\s*[\r\n]+\s*/g, ' ') })
      }),
    )
  })

  it('takes CRLF and a byte order mark', () => {
    expect(parseDataSet(`\uFEFF${HEAD}${GOOD}\n`.replaceAll('\n', '\r\n'), 'x')).toHaveLength(1)
  })

  const changed = (column: (typeof DATA_SET_COLUMNS)[number], value: string) =>
    GOOD.split(',')
      .map((field, i) => (DATA_SET_COLUMNS[i] === column ? value : field))
      .join(',')
  it.each([
    ['', 'x.csv:1: the first line must be: type,'],
    ['type,area\n', 'x.csv:1: the first line must be: type,'],
    [`${HEAD}${GOOD},1\n`, 'x.csv:2: expected 16 fields, got 17 fields'],
    [`${HEAD}${GOOD}\n\n${GOOD}\n`, 'x.csv:3: expected 16 fields, got 1 fields'],
    [`${HEAD}${GOOD}"\n`, 'x.csv:2: expected 16 fields, got a quote that does not close'],
    [`${HEAD}${GOOD}\n${GOOD}\n`, 'x.csv:3: the design stands on line 2 already'],
    [HEAD + changed('type', 'int9'), 'x.csv:2: type: expected one of fp32, int16,'],
    [HEAD + changed('scratchpads', ''), 'x.csv:2: scratchpads: expected one of inside, outside, got ""'],
    [HEAD + changed('psum_bits', '2.5'), 'x.csv:2: psum_bits: expected bits, 1 to 256, got "2.5"'],
    [HEAD + changed('ifmap_words', '0'), 'x.csv:2: ifmap_words: expected words, 1 to 1000000, got "0"'],
    [HEAD + changed('area_um2', '-3'), 'x.csv:2: area_um2: expected a number above 0, got "-3"'],
    [HEAD + changed('area_um2', '0'), 'x.csv:2: area_um2: expected a number above 0, got "0"'],
    [HEAD + changed('leakage_mw', '1e999'), 'x.csv:2: leakage_mw: expected a number above 0'],
    [HEAD + changed('energy_pj_per_mac', 'NaN'), 'x.csv:2: energy_pj_per_mac: expected a number above 0'],
    [HEAD + changed('energy_spread', ''), 'x.csv:2: energy_spread: expected a number, 0 or more, got ""'],
    [HEAD + changed('gates', '1.5'), 'x.csv:2: gates: expected a whole number above 0'],
    [HEAD + changed('error', 'died'), 'x.csv:2: area_um2: expected nothing, as the point failed'],
  ])('refuses a line that is wrong and names it', (text, message) => {
    expect(() => parseDataSet(text, 'x.csv')).toThrow(ConfigError)
    expect(() => parseDataSet(text, 'x.csv')).toThrow(message)
  })

  it('fuzzed in any way, it is read or refused as wrong input', () => {
    const attempt = (text: string) => {
      try {
        parseDataSet(text, 'x.csv')
      } catch (error) {
        expect(error).toBeInstanceOf(InputError)
      }
    }
    fc.assert(fc.property(fc.string({ unit: 'binary' }), line => attempt(`${HEAD}${line}\n`)))
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.double().map(String)), { maxLength: 18 }), fields =>
        attempt(HEAD + fields.join(',')),
      ),
    )
    fc.assert(
      fc.property(fc.nat(GOOD.length - 1), fc.nat(4), fc.string({ maxLength: 3 }), (at, cut, put) =>
        attempt(HEAD + GOOD.slice(0, at) + put + GOOD.slice(at + cut)),
      ),
    )
  })

  it('names the file that is missing or the header that is not one', () => {
    const file = join(folder, 'b.csv')
    expect(() => readDataSet(file)).toThrow(/b\.csv: cannot be read \(ENOENT\)/)
    writeDataSet(file, points, HEADER)
    for (const wrong of ['', '[]', '{"schema":1}', '{"schema":2,"library":"x","tools":{},"settings":{}}']) {
      writeFileSync(headerFile(file), wrong)
      expect(() => readDataSet(file)).toThrow(/b\.json:1: /)
      expect(() => readDataSet(file)).toThrow(ConfigError)
    }
    rmSync(headerFile(file))
    expect(() => readDataSet(file)).toThrow(/b\.json: cannot be read \(ENOENT\)/)
  })
})
