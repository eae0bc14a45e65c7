import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ConfigError, InputError } from '../src/errors.js'
import { parseYaml, readYaml } from '../src/read-yaml.js'

const schema = z.strictObject({
  name: z.string(),
  mode: z.enum(['fast', 'exact']).default('exact'),
  stages: z.array(
    z.union([
      z.strictObject({ fixed: z.strictObject({ kernel: z.int().min(1) }) }),
      z.strictObject({ blocks: z.int().min(1), kernels: z.array(z.int()).min(1) }),
    ]),
  ),
})
const messageOf = (text: string) => {
  try {
    parseYaml(text, 'a.yaml', schema)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as Error).message
  }
  return 'accepted'
}

describe('a YAML file', () => {
  test('comes back checked, with defaults filled in', () => {
    expect(parseYaml('name: x\nstages: [{ blocks: 2, kernels: [3] }]', 'a.yaml', schema)).toEqual({
      name: 'x',
      mode: 'exact',
      stages: [{ blocks: 2, kernels: [3] }],
    })
  })
  test('with an unknown key is refused with its line and the keys that are allowed', () => {
    expect(messageOf('name: x\nstages:\n  - blocks: 2\n    kernals: [3]\n    kernels: [3]')).toBe(
      'a.yaml:4: stages[0].kernals: unknown key; allowed here: blocks, kernels',
    )
    expect(messageOf('name: x\nstages: []\ncolour: red')).toBe(
      'a.yaml:3: colour: unknown key; allowed here: name, mode, stages',
    )
  })
  test('with an impossible value is refused: path, expected, got', () => {
    expect(messageOf('name: 3\nstages: []')).toBe('a.yaml:1: name: expected string, got 3')
    expect(messageOf('name: x\n\nmode: slow\nstages: []')).toBe(
      'a.yaml:3: mode: expected "fast" or "exact", got "slow"',
    )
    expect(messageOf('name: x\nstages:\n  - fixed:\n      kernel: 0')).toBe(
      'a.yaml:4: stages[0].fixed.kernel: expected a number >= 1, got 0',
    )
    expect(messageOf('name: x\nstages:\n  - blocks: 1\n    kernels:\n      - 3\n      - 3.5')).toBe(
      'a.yaml:6: stages[0].kernels[1]: expected a whole number, got 3.5',
    )
  })
  test('that lacks a key is refused at the line of what lacks it', () => {
    expect(messageOf('name: x\nstages:\n  - { kernels: [3] }')).toBe(
      'a.yaml:3: stages[0].blocks: expected number, got nothing',
    )
  })
  test('with several faults names each on its own line, in order', () => {
    expect(messageOf('name: 1\nmode: 2\nstages: 3')?.split('\n')).toEqual([
      'a.yaml:1: name: expected string, got 1',
      'a.yaml:2: mode: expected "fast" or "exact", got 2',
      'a.yaml:3: stages: expected array, got 3',
    ])
  })
  test('that is not YAML is refused with the line', () => {
    expect(messageOf('name: x\nstages: [1, 2')).toMatch(/^a\.yaml:2: /)
    expect(messageOf('name: x\nname: y')).toMatch(/^a\.yaml:2: .*unique/)
    expect(messageOf('')).toMatch(/^a\.yaml:1: expected object, got null/)
  })
  test('that would explode when its aliases are expanded is refused', () => {
    const levels = Array.from({ length: 12 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`)}]`)
    expect(messageOf(`l0: &l0 [x]\n${levels.join('\n')}`)).toMatch(/alias/i)
  })
  test('nested without end is refused', () => {
    expect(messageOf('['.repeat(200_000))).toMatch(/^a\.yaml:1: /)
  })
  test('that is missing, a folder, or over 10 MB is refused before it is parsed', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tandem-yaml-'))
    const big = join(folder, 'big.yaml')
    writeFileSync(big, '#'.repeat(10 * 1024 * 1024 + 1))
    expect(() => readYaml(join(folder, 'none.yaml'), schema)).toThrow(InputError)
    expect(() => readYaml(join(folder, 'none.yaml'), schema)).toThrow('no such file')
    expect(() => readYaml(folder, schema)).toThrow('is a folder')
    expect(() => readYaml(big, schema)).toThrow('larger than 10 MB')
  })
})
