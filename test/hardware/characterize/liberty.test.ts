import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { InputError } from '../../../src/errors.js'
import { booleanFunction } from '../../../src/hardware/characterize/liberty/boolean-function.js'
import { lookup } from '../../../src/hardware/characterize/liberty/lookup-table.js'
import { parseLiberty } from '../../../src/hardware/characterize/liberty/parse-liberty.js'
import { readLibrary } from '../../../src/hardware/characterize/liberty/read-library.js'
import { hasLibrary, LIBRARY, needsLibrary } from './library.js'

const inverter = `
  cell (INV) { area : 0.5; pin (A) { direction : input; capacitance : 1.5; }
    pin (ZN) { direction : output; function : "!A"; } }`
const pair = `
  cell (NAND) { area : 0.8; pin (A) { direction : input; } pin (B) { direction : input; }
    pin (ZN) { direction : output; function : "!(A & B)"; } }`
const flipFlop = `
  cell (DFF) { ff (IQ, IQN) { next_state : "D"; clocked_on : "CK"; }
    pin (D) { direction : input; } pin (CK) { direction : input; clock : true; }
    pin (Q) { direction : output; function : "IQ"; } }`
const library = (cells: string) => `library (toy) { /* a comment
  of two lines */ time_unit : "1ns"; capacitive_load_unit (1, ff); nom_voltage : 1.1; ${cells} }`

const file = (content: string | Buffer, name = 'toy.lib') => {
  const path = join(mkdtempSync(join(tmpdir(), 'tandem-liberty-')), name)
  writeFileSync(path, content)
  return path
}

describe('reading a liberty library', () => {
  it('says what is missing in one that cannot be used', () => {
    const message = /lacks rising-edge flip-flops without set and reset and an integrated clock gate/
    expect(() => readLibrary(file(library(inverter + pair)))).toThrow(message)
    expect(() => readLibrary(file(library(inverter + pair + flipFlop)))).toThrow(
      /lacks an integrated clock gate/,
    )
    expect(() => readLibrary(file(gzipSync(library(inverter)), 'toy.lib.gz'))).toThrow(
      /lacks .*gates of two inputs/,
    )
    expect(() => readLibrary(file(library('')))).toThrow(/has no cells/)
  })

  it('refuses what is not liberty, with the line', () => {
    expect(() => readLibrary(file('module pe ();\nendmodule\n'))).toThrow(InputError)
    expect(() => readLibrary(file('library (x) {\n  cell (A) {\n'))).toThrow(
      /toy\.lib:3: not a liberty library/,
    )
    expect(() => readLibrary(file('library (x) { /* never ends'))).toThrow(/a comment does not end/)
    expect(() => readLibrary(file(`library (x) { ${'a (b) {'.repeat(30)}`))).toThrow(/nest deeper/)
    expect(() => readLibrary(file('library (x) { time_unit : "1ns"; }'))).toThrow(/no capacitive_load_unit/)
    expect(() => readLibrary('no-such.lib')).toThrow(/no such file/)
    const bomb = file(gzipSync(Buffer.alloc(2 ** 26)), 'bomb.lib.gz')
    expect(() => readLibrary(bomb)).toThrow(/bomb\.lib\.gz: unpacks to far more than a library has/)
  })

  it('keeps groups, attributes and joined lines', () => {
    const root = parseLiberty('library (x) { a : "b c"; v ("1, 2", \\\n "3"); g (y, z) { d : 1 } }', 'x.lib')
    expect(root.simple.get('a')).toBe('b c')
    expect(root.complex).toEqual([{ name: 'v', args: ['1, 2', '3'] }])
    expect(root.groups[0]).toMatchObject({ name: 'g', args: ['y', 'z'] })
    expect(root.groups[0]!.simple.get('d')).toBe('1')
  })
})

describe('a liberty function', () => {
  it('binds not before exclusive or, that before and, that before or', () => {
    const of = (text: string) => [...booleanFunction(text, ['A', 'B', 'C']).table].join('')
    expect(of('!A & B | C')).toBe(of("((A' * B) + C)"))
    expect(of('A B')).toBe(of('A & B'))
    expect(of('A ^ B & C')).toBe(of('(A ^ B) & C'))
    expect(of('1')).toBe('11111111')
  })

  it('is refused when it does not parse', () => {
    for (const text of ['A &', '(A', 'A @ B', '']) expect(() => booleanFunction(text)).toThrow(InputError)
  })
})

describe('a delay table', () => {
  it('is bilinear within and goes on beyond its ends', () => {
    const table = {
      axes: ['slew', 'load'] as const,
      index1: Float64Array.of(0, 1),
      index2: Float64Array.of(0, 10),
      values: Float64Array.of(0, 10, 2, 12),
    }
    expect(lookup(table, 0.5, 5)).toBeCloseTo(6)
    expect(lookup(table, 0, 20)).toBeCloseTo(20)
  })
})

describe.skipIf(!hasLibrary)(`the Nangate 45 nm library${needsLibrary}`, () => {
  it('is read in full: gates, flip-flops, clock gates, tables, wires', () => {
    const { cells, clockGates, voltage, wireLoad, synthesisText } = readLibrary(LIBRARY)
    expect(cells.size).toBe(134)
    expect(voltage).toBe(1.1)
    expect(clockGates[0]!.name).toBe('CLKGATE_X1')
    expect(wireLoad!.name).toBe('5K_hvratio_1_1')
    const dff = cells.get('DFF_X1')!
    expect(dff).toMatchObject({ kind: 'flip-flop', area: 4.522 })
    expect(dff.pins.get('D')!.setups).toHaveLength(1)
    expect(dff.pins.get('CK')!.powers).toHaveLength(4)
    expect(cells.get('DFFR_X1')!.kind).toBe('other')
    // Of the text that synthesis sees, only cells that the rest can treat.
    expect(synthesisText).not.toMatch(/SDFF|TBUF|FILLCELL|internal_power/)
  })
})

it.each(['(', '!', "A'", 'A & '])('a boolean expression is refused where it repeats %s without end', part => {
  expect(() => booleanFunction(`${part.repeat(100_000)}A`)).toThrow(InputError)
})
