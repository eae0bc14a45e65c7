import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  checkTableCovers,
  type DeviceTable,
  readTable,
  SKIP,
  tableCostModel,
  tablePrices,
  writeTable,
} from '../../src/cost/index.js'
import { ConfigError, CostError, InputError } from '../../src/errors.js'
import { resnet } from '../../src/network/index.js'
import { random } from '../../src/random.js'
import { decode } from '../../src/search/space/decode.js'
import { readSpace, searchable } from '../../src/search/space/space.js'
import { largest, randomArchitecture, smallest, uniform } from '../../src/search/space/space-architectures.js'
import { PUBLISHED } from '../search/published-network.js'

const space = readSpace('imagenet-single-path')
const pixel1 = readTable('pixel1')
const latency = async (choices: readonly string[]) =>
  (await tableCostModel(pixel1).estimate(decode(space, choices))).latencyMs!

const folder = mkdtempSync(join(tmpdir(), 'tandem-table-'))
const written = (text: string) => {
  const file = join(folder, 'table.yaml')
  writeFileSync(file, text)
  return file
}
const TINY = 'schema: 1\ndevice: d\nbatch: 1\nspace: s\nfixedMs: 1\nblocks:\n  b00: { 3x3-e3: 1 }\n'

describe('the Pixel 1 table', () => {
  test('holds the released numbers', ({ skip }) => {
    const source = new URL('../../../../shared/data/nas/pixel1_runtime_model.json', import.meta.url)
    if (!existsSync(source)) return skip()
    const released = JSON.parse(readFileSync(source, 'utf8')) as Record<string, Record<string, number>>
    const names = ['3x3-e3', '3x3-e6', '5x5-e3', '5x5-e6']
    for (const [i, block] of searchable(space).entries())
      for (const [key, name] of names.entries())
        expect(pixel1.blocks[block.name]![name]!.ms).toBeCloseTo(released[i + 1]![key]!, 10)
  })
  test('names its source and licence', () => {
    expect(pixel1.source).toContain('single-path-nas')
    expect(pixel1.licence).toBe('Apache-2.0')
  })
  test('prices the published network at 80.441 ms', async () => {
    expect(await latency(PUBLISHED)).toBeCloseTo(80.441, 3)
  })
  test.each([
    ['3x3-e3', 65.691],
    ['3x3-e6', 110.652],
    ['5x5-e3', 76.362],
    ['5x5-e6', 131.458],
  ])('prices the uniform network of %s at %f ms', async (choice, ms) => {
    expect(await latency(uniform(space, choice))).toBeCloseTo(ms, 3)
  })
})

describe('a table cost model', () => {
  test('gives a network the sum of its parts, a skipped block being free', async () => {
    for (let i = 0; i < 20; i++) {
      const network = decode(space, randomArchitecture(space, random(1, 'table', i)))
      const cost = await tableCostModel(pixel1).estimate(network)
      const parts = cost.layers!.reduce((sum, { latencyMs }) => sum + latencyMs!, pixel1.fixedMs)
      expect(cost.latencyMs).toBeCloseTo(parts, 9)
      for (const [block, { choice }] of network.architecture!.choices.entries())
        if (choice === SKIP) expect(cost.layers![block]!.latencyMs).toBe(0)
    }
    expect(await latency(smallest(space))).toBeLessThan(await latency(largest(space)))
  })
  test('refuses a network that was not decoded from its space', async () => {
    const model = tableCostModel(pixel1)
    const other = readSpace('cifar10-tiny')
    await expect(model.estimate(decode(other, largest(other)))).rejects.toThrow(
      'comes from space cifar10-tiny',
    )
    await expect(model.estimate(resnet({ depth: 20 }))).rejects.toThrow('was not decoded from a space')
  })
  test('refuses a network with a choice that has no price, and names it', async () => {
    const { '5x5-e6': _, ...rest } = pixel1.blocks['b07']!
    const model = tableCostModel({ ...pixel1, blocks: { ...pixel1.blocks, b07: rest } })
    const estimate = model.estimate(decode(space, uniform(space, '5x5-e6')))
    await expect(estimate).rejects.toThrow(CostError)
    await expect(estimate).rejects.toThrow('b07/5x5-e6')
  })
})

describe('a table and a space', () => {
  const without = (block: string, choice: string): DeviceTable => {
    const { [choice]: _, ...row } = pixel1.blocks[block]!
    return { ...pixel1, blocks: { ...pixel1.blocks, [block]: row } }
  }
  test('that fit give one row of prices for every searchable block', () => {
    const rows = tablePrices(pixel1, space)
    expect(rows).toHaveLength(20)
    expect(rows[0]).toEqual({
      block: 'b01',
      kernels: [3, 5],
      expansions: [3, 6],
      prices: [
        [4.4905, 9.2015],
        [5.9248, 11.5892],
      ],
    })
  })
  test('of which the table lacks choices are refused, every missing one named', () => {
    expect(() => checkTableCovers(without('b03', '3x3-e6'), space)).toThrow(CostError)
    expect(() => checkTableCovers(without('b03', '3x3-e6'), space)).toThrow('no price for b03/3x3-e6;')
    expect(() => tablePrices({ ...pixel1, blocks: {} }, space)).toThrow('b01/3x3-e3, b01/3x3-e6, b01/5x5-e3')
  })
  test('that do not belong together are refused', () => {
    expect(() => checkTableCovers(pixel1, readSpace('cifar10-tiny'))).toThrow(
      'is for space imagenet-single-path',
    )
  })
})

describe('a table file', () => {
  test('comes back as it was written', () => {
    const file = join(folder, 'copy.yaml')
    const table: DeviceTable = {
      ...pixel1,
      threads: 2,
      rounds: 3,
      blocks: { b01: { '3x3-e3': { ms: 1.5, spreadMs: 0.1 }, '5x5-e3': { ms: 2 } } },
      validation: { networks: 2, mape: 1, worst: 2, biasPercent: -1, spearman: 1, kendall: 1 },
    }
    writeTable(file, table)
    expect(readTable(file)).toEqual(table)
  })
  test('takes a price as a number or with its spread', () => {
    const { blocks } = readTable(written(`${TINY}  b01: { 3x3-e3: { ms: 2, spread: 0.5 } }\n`))
    expect(blocks).toEqual({ b00: { '3x3-e3': { ms: 1 } }, b01: { '3x3-e3': { ms: 2, spreadMs: 0.5 } } })
  })
  test.each([
    [TINY.replace('3x3-e3: 1', '3x3-e3: -1'), ':7: blocks.b00.3x3-e3: expected a number >= 0, got -1'],
    [TINY.replace('batch', 'bach'), ':3: bach: unknown key; allowed here: schema, device'],
    [TINY.replace('schema: 1', 'schema: 2'), ':1: schema: expected 1, got 2'],
    [`${TINY}unit: s\n`, ':8: unit: expected "ms", got "s"'],
    [TINY.replace('fixedMs: 1', 'fixedMs: .inf'), ':5: fixedMs: expected number, got Infinity'],
  ])('with a fault is refused with its line (%#)', (text, message) => {
    expect(() => readTable(written(text))).toThrow(ConfigError)
    expect(() => readTable(written(text))).toThrow(message)
  })
  test('that is missing is refused with the names there are', () => {
    expect(() => readTable('pixel9')).toThrow(InputError)
    expect(() => readTable('pixel9')).toThrow(/no such name in latency-models\/ \(there are: .*pixel1/)
  })
})
