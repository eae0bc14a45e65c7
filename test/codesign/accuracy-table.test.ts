import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { architectureAt, familyOf, readAccuracyTable, tableAccuracy } from '../../src/codesign/index.js'
import { packageRoot } from '../../src/package-root.js'
import { readSpace } from '../../src/search/space-index.js'

const folder = mkdtempSync(join(tmpdir(), 'tandem-accuracy-'))
const family = familyOf({ kind: 'nasbench201', operations: ['nor_conv_1x1', 'nor_conv_3x3'] })
const all = Array.from({ length: family.size }, (_, i) => architectureAt(family, i))

function table(
  rows: readonly string[],
  { header = 'index,arch,valid,other_test', name = 'table.csv' } = {},
): string {
  const file = join(folder, name)
  const text = [header, ...rows].map(line => `${line}\n`).join('')
  writeFileSync(file, name.endsWith('.gz') ? gzipSync(text) : text)
  return file
}
/** In an order of its own. */
const rows = all.map((architecture, i) => `${i},${family.format(architecture)},${90 + i / 64},${i}`).reverse()

describe('a table of accuracies', () => {
  it('is read by architecture, whatever its order, as text or gzip, in percent or fractions', () => {
    const percent = readAccuracyTable(table(rows), family, { column: 'valid' })
    expect(percent.values.slice(0, 2)).toEqual([0.9, 0.90015625])
    const zipped = readAccuracyTable(table(rows, { name: 'table.csv.gz' }), family, { column: 'valid' })
    expect(zipped.values).toEqual(percent.values)
    const fractions = all.map((architecture, i) => `${family.format(architecture)},${i / 64}`)
    const read = readAccuracyTable(table(fractions, { header: 'arch,accuracy' }), family)
    expect([read.column, read.values[32]]).toEqual(['accuracy', 0.5])
  })

  it('that unpacks to out of all proportion is refused before it fills memory', () => {
    const file = join(folder, 'bomb.csv.gz')
    writeFileSync(file, gzipSync(Buffer.alloc(2 ** 26)))
    expect(() => readAccuracyTable(file, family)).toThrow(/bomb\.csv\.gz: cannot be read/)
  })

  it('says of which images it is, and what is assumed of quantization', () => {
    const valid = tableAccuracy(readAccuracyTable(table(rows), family, { column: 'valid' }), family)
    expect(valid.split).toBe('validation')
    expect(valid.notes.join(' ')).toMatch(/Assumed: quantization to any PE type costs no accuracy/)
    const offsets = { 'lightpe-1': -0.008, int8: 0.2 }
    const model = tableAccuracy(readAccuracyTable(table(rows), family, { column: 'valid', offsets }), family)
    expect(model.notes.join(' ')).toMatch(
      /changes the accuracy by lightpe-1 -0\.80 points, int8 20\.00 points/,
    )
    expect(model.accuracy(all[0]!, 'lightnn-1')).toBeCloseTo(0.892, 12)
    expect(model.accuracy(all[0]!, 'float32')).toBe(0.9)
    expect(model.accuracy(all[0]!, 'int8')).toBe(1)
    const test = tableAccuracy(readAccuracyTable(table(rows), family), family)
    expect(test.split).toBe('test')
    expect(test.notes.join(' ')).toMatch(/of test images, and the search chooses by them/)
  })

  const line = (arch: string, value = '90') => [`0,${arch},${value},0`, ...rows]
  const known = family.format(all[0]!)
  it.each([
    [line('resnet'), /table\.csv:2: cell "resnet"/],
    [line(known.replace('nor_conv_1x1', 'avg_pool_3x3')), /table\.csv:2: .*avg_pool_3x3 is not among/],
    [line(known), /table\.csv:65?6?: .* is there twice/],
    [line(known, ''), /table\.csv:2: valid: expected an accuracy from 0 to 100, got ""/],
    [line(known, '101'), /expected an accuracy/],
    [[`0,${known}`], /table\.csv:2: expected 4 fields, got 2/],
    [rows.slice(3), /lacks 3 of the 64 networks of nasbench201; the first is \|nor_conv_3x3/],
  ])('is refused with a wrong line (%#)', (rows, message) => {
    expect(() => readAccuracyTable(table(rows), family, { column: 'valid' })).toThrow(message)
  })

  it('is refused without the columns, without the file, and for more networks than it can hold', () => {
    expect(() => readAccuracyTable(table(rows), family, { column: 'x' })).toThrow(/has valid, other_test/)
    expect(() => readAccuracyTable(table(rows, { header: 'a,b,c,d' }), family)).toThrow(
      /table\.csv:1: expected a column "arch"/,
    )
    expect(() => readAccuracyTable(join(folder, 'none.csv'), family)).toThrow(
      /none\.csv: cannot be read \(no such file\)/,
    )
    const blocks = familyOf({ kind: 'blocks', space: readSpace('cifar10-mbconv') })
    expect(() => readAccuracyTable(table(rows), blocks)).toThrow(/125,000,000 networks; a table can hold/)
  })
})

const benchmark = join(packageRoot, '../shared/data/nas/nb201_acc.csv.gz')
const missing = !existsSync(benchmark)

describe.skipIf(missing)(`NAS-Bench-201${missing ? ' (skipped: needs ../shared/data)' : ''}`, () => {
  const cells = familyOf({ kind: 'nasbench201' })
  it.each([
    ['cifar10_test', 0.9437],
    ['cifar100_test', 0.7351],
    ['imagenet16_120_test', 0.4731],
  ])('%s: the best of 15,625 cells is as published', (column, best) => {
    const { values } = readAccuracyTable(benchmark, cells, { column })
    expect(values).toHaveLength(15_625)
    expect(Math.max(...values)).toBeCloseTo(best, 4)
  })
})
