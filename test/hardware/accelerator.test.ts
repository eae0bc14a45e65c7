import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { ConfigError, InputError } from '../../src/errors.js'
import {
  accelerator,
  acceleratorAt,
  accelerators,
  countAccelerators,
  PE_TYPES,
  readAccelerator,
  readAcceleratorSpace,
} from '../../src/hardware/index.js'

const folder = mkdtempSync(join(tmpdir(), 'tandem-accelerator-'))
const written = (text: string) => {
  const file = join(folder, 'it.yaml')
  writeFileSync(file, text)
  return file
}

describe('an accelerator file', () => {
  test.each(PE_TYPES.flatMap(type => [`edge-${type}`, `server-${type}`]))('%s ships', name => {
    expect(readAccelerator(name)).toMatchObject({ name, peType: name.replace(/^(edge|server)-/, '') })
  })

  it('fills in what it leaves open, the widths from the PE type', () => {
    const file = written('peType: lightpe-1\nrows: 8\n')
    expect(readAccelerator(file)).toEqual({ ...accelerator({ peType: 'lightpe-1', rows: 8 }), name: 'it' })
    expect(readAccelerator(file)).toMatchObject({ activationBits: 8, weightBits: 4, psumBits: 24 })
    expect(Object.isFrozen(readAccelerator(file))).toBe(true)
  })

  it('may be as the Eyeriss chip', () => {
    expect(readAccelerator('eyeriss-like')).toMatchObject({
      psumBits: 16,
      rows: 12,
      columns: 14,
      clockMhz: 200,
    })
  })

  test.each([
    ['peType: int16\nrowz: 3\n', /it\.yaml:2: rowz: unknown key; allowed here: .*rows/],
    ['peType: int16\nrows: 300\n', /it\.yaml:2: rows: expected a number <= 128, got 300/],
    ['peType: int8\npsumBits: 40\n', /it\.yaml:2: psumBits: expected 16 to 32 for int8, got 40/],
    ['peType: int8\nweightBits: 4\n', /it\.yaml:2: weightBits: expected 8, which int8 has, got 4/],
    ['peType: int4\n', /it\.yaml:1: peType: expected .*"lightpe-1".*, got "int4"/],
    ['peType: int8\nbufferKib: 4\n', /it\.yaml:2: bufferKib: expected a number >= 8/],
    ['peType: int8\nclockMhz: fast\n', /it\.yaml:2: clockMhz: expected/],
  ])('%j is refused with its line', (text, message) => {
    expect(() => readAccelerator(written(text))).toThrow(ConfigError)
    expect(() => readAccelerator(written(text))).toThrow(message)
  })

  it('that is missing is named, with those that ship', () => {
    expect(() => readAccelerator('edge-int5')).toThrow(/edge-int5.*edge-int16/)
  })
})

describe('a space of accelerators', () => {
  const space = () =>
    readAcceleratorSpace(
      written(
        'name: s\npeType: [int8, lightpe-1]\nrows: { from: 4, to: 16, times: 2 }\ncolumns: { from: 8, to: 12, step: 2 }\n',
      ),
    )

  it('counts its designs and gives each by its number, the last knob fastest', () => {
    expect(countAccelerators(space())).toBe(2 * 3 * 3)
    expect(acceleratorAt(space(), 0)).toMatchObject({ name: 's-0', peType: 'int8', rows: 4, columns: 8 })
    expect(acceleratorAt(space(), 1)).toMatchObject({ rows: 4, columns: 10 })
    expect(acceleratorAt(space(), 17)).toMatchObject({ peType: 'lightpe-1', rows: 16, columns: 12 })
    expect(() => acceleratorAt(space(), 18)).toThrow(RangeError)
    expect(new Set([...accelerators(space())].map(each => JSON.stringify(each))).size).toBe(18)
  })

  it('leaves out psum widths that a type does not have', () => {
    const wide = readAcceleratorSpace(written('name: s\npeType: [int16, int8x4]\npsumBits: [24, 32]\n'))
    expect(countAccelerators(wide)).toBe(4)
    expect([...accelerators(wide)].map(({ peType, psumBits }) => `${peType} ${psumBits}`)).toEqual([
      'int16 24',
      'int16 32',
      'int8x4 24',
    ])
    expect(() => acceleratorAt(wide, 3)).toThrow(InputError)
  })

  it('ships', () => {
    expect(countAccelerators(readAcceleratorSpace('accelerator-space'))).toBe(864)
  })

  test.each([
    ['name: s\npeType: [int8, bad]\n', /:2: peType\[1\]: expected .* got "bad"/],
    [
      'name: s\npeType: int8\nrows: { from: 4, to: 300, times: 2 }\n',
      /:3: rows\[6\]: expected a number <= 128, got 256/,
    ],
    ['name: s\npeType: int8\nrows: { from: 4, to: 30 }\n', /:3: rows: expected either step or times/],
    [
      'name: s\npeType: int8\nrows: { from: 9, to: 3, step: 1 }\n',
      /:3: rows: expected from to be no larger than to/,
    ],
    [
      'name: s\npeType: int8\nrows: { from: 4, to: 9, step: 1.5 }\n',
      /:3: rows\[1\]: expected a whole number, got 5.5/,
    ],
    ['name: s\npeType: int8\nrows: [4, 4]\n', /:3: rows: expected no value twice/],
    ['name: s\npeType: int8\nrowz: 4\n', /:3: rowz: unknown key/],
  ])('%j is refused with its line', (text, message) => {
    expect(() => readAcceleratorSpace(written(text))).toThrow(message)
  })
})
