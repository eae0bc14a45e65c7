import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConfigError, InputError } from '../../../src/errors.js'
import { count, inferShapes } from '../../../src/network/index.js'
import { random } from '../../../src/random.js'
import { decode } from '../../../src/search/space/decode.js'
import { choices, parseSpace, readSpace, searchable } from '../../../src/search/space/space.js'
import {
  largest,
  randomArchitecture,
  smallest,
  spaceSize,
  uniform,
} from '../../../src/search/space/space-architectures.js'
import { blockNetworks, fixedNetworks } from '../../../src/search/space/space-networks.js'
import { spacePrices } from '../../../src/search/space/space-prices.js'
import { PUBLISHED } from '../published-network.js'

const imagenet = readSpace('imagenet-single-path')
const cifar = readSpace('cifar10-mbconv')
const tiny = readSpace('cifar10-tiny')
const SPACES = [imagenet, cifar, tiny]

describe('the ImageNet space', () => {
  test('has 20 searchable blocks between a fixed first and a fixed last one', () => {
    expect(imagenet.blocks.map(({ name, searchable }) => `${name} ${searchable}`)).toEqual([
      'b00 false',
      ...Array.from({ length: 20 }, (_, i) => `b${String(i + 1).padStart(2, '0')} true`),
      'b21 false',
    ])
    expect(imagenet.blocks[5]).toMatchObject({ inFilters: 24, filters: 40, stride: 2, height: 56, width: 56 })
    expect(imagenet.blocks[21]).toMatchObject({ inFilters: 192, filters: 320, stride: 1, height: 7 })
  })
  test('offers five choices, four in the first block of each stage', () => {
    expect(choices(imagenet.blocks[1]!)).toEqual(['3x3-e3', '3x3-e6', '5x5-e3', '5x5-e6'])
    expect(choices(imagenet.blocks[2]!)).toEqual(['3x3-e3', '3x3-e6', '5x5-e3', '5x5-e6', 'skip'])
    const first = searchable(imagenet).filter(block => !block.canSkip)
    expect(first.map(block => block.name)).toEqual(['b01', 'b05', 'b09', 'b13', 'b17'])
  })
  test('holds 4⁵ · 5¹⁵ networks', () => {
    expect(spaceSize(imagenet)).toBe(4n ** 5n * 5n ** 15n)
  })
  test.each([
    ['3x3-e3', 272.1],
    ['3x3-e6', 472.6],
    ['5x5-e3', 298.5],
    ['5x5-e6', 525.3],
  ])('has a uniform network of %s with %f M MACs', (choice, millions) => {
    expect(count(decode(imagenet, uniform(imagenet, choice))).macs / 1e6).toBeCloseTo(millions, 1)
  })
  test('holds the published network: 333.47 M MACs, 4.382 M parameters', () => {
    const { macs, params } = count(decode(imagenet, PUBLISHED))
    expect(macs / 1e6).toBeCloseTo(333.47, 2)
    expect(params / 1e6).toBeCloseTo(4.382, 3)
  })
})

test('the spaces that ship at 32×32 are small enough for two cores', () => {
  expect(searchable(cifar)).toHaveLength(12)
  expect(searchable(tiny)).toHaveLength(6)
  expect(count(decode(cifar, largest(cifar))).macs / 1e6).toBeCloseTo(24.41, 2)
  expect(count(decode(cifar, smallest(cifar))).macs / 1e6).toBeCloseTo(4.3, 2)
  expect(count(decode(tiny, largest(tiny))).macs / 1e6).toBeCloseTo(7.37, 2)
  expect(count(decode(tiny, smallest(tiny))).macs / 1e6).toBeCloseTo(1.82, 2)
})

describe('decoding', () => {
  test('any architecture gives a valid network that remembers its choices', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SPACES), fc.nat(), (space, seed) => {
        const architecture = randomArchitecture(space, random(seed, 'decode'))
        const network = decode(space, architecture)
        expect(inferShapes(network).get(network.layers.at(-1)!.name)).toEqual([space.classes])
        expect(network.architecture!.space).toBe(space.name)
        expect(network.architecture!.choices.map(({ choice }) => choice)).toEqual(architecture)
      }),
      { numRuns: 40 },
    )
  })
  test('names layers after their block and leaves a skipped block out', () => {
    const names = decode(tiny, smallest(tiny)).layers.map(layer => layer.name)
    expect(names).toContain('b01/depthwise')
    expect(names.filter(name => name.startsWith('b02'))).toEqual([])
  })
  test('gives as many MACs as its parts have alone', () => {
    const parts = new Map(
      blockNetworks(tiny).map(({ block, choice, network }) => [`${block}/${choice}`, count(network).macs]),
    )
    const fixed = fixedNetworks(tiny).reduce((sum, network) => sum + count(network).macs, 0)
    for (let seed = 0; seed < 20; seed++) {
      const network = decode(tiny, randomArchitecture(tiny, random(seed, 'parts')))
      const sum = network.architecture!.choices.reduce(
        (total, { block, choice }) => total + (parts.get(`${block}/${choice}`) ?? 0),
        fixed,
      )
      expect(count(network).macs).toBe(sum)
    }
  })
  test('what is not in the space is refused with the block and its choices', () => {
    expect(() => decode(tiny, ['3x3-e3'])).toThrow('has 6 searchable blocks; got 1 choices')
    expect(() => uniform(tiny, '7x7-e3')).toThrow(InputError)
    expect(() => uniform(tiny, 'skip')).toThrow(
      'block b01: cannot be "skip"; expected one of 3x3-e3, 3x3-e6, 5x5-e3, 5x5-e6',
    )
  })
})

test('a model that is additive over layers prices a space block by block', async () => {
  const counting = {
    name: 'macs',
    kind: 'accelerator',
    estimate: async (network: Parameters<typeof count>[0]) => ({ ...count(network), layers: [] }),
  } as const
  const { fixed, rows } = await spacePrices(tiny, counting, 'macs')
  const sum = rows.reduce((total, { prices }) => total + prices.at(-1)!.at(-1)!, fixed)
  expect(sum).toBe(count(decode(tiny, largest(tiny))).macs)
  await expect(spacePrices(tiny, counting, 'latency')).rejects.toThrow('gives no latency')
})

describe('a space file', () => {
  const STAGE =
    '{ blocks: 2, filters: 8, stride: 2, kernels: [3, 5, 7], expansions: [1, 2.5, 6], skip: true }'
  const file = (stage = STAGE, more = '') =>
    `name: mine\ninput: [30, 30, 3]\nclasses: 7\nstem: { filters: 4 }\nstages:\n  - ${stage}\nhead: { filters: 8 }\n${more}`
  const complaint = (text: string) => {
    try {
      parseSpace(text, 'mine.yaml')
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError)
      return (error as Error).message
    }
    return 'accepted'
  }

  test('may offer any ascending kernels and expansions', () => {
    const space = parseSpace(file(), 'mine.yaml')
    expect(choices(space.blocks[0]!)).toHaveLength(9)
    expect(choices(space.blocks[1]!).slice(-2)).toEqual(['7x7-e6', 'skip'])
    expect(space.blocks[1]).toMatchObject({ name: 'b01', height: 15, width: 15, stride: 1, canSkip: true })
    expect(() => decode(space, largest(space))).not.toThrow()
    expect(() => decode(space, uniform(space, '5x5-e2.5'))).not.toThrow()
  })
  test('may offer squeeze-and-excitation beside every other choice', () => {
    const space = parseSpace(file(STAGE.replace('skip: true', 'skip: true, squeeze: true')), 'mine.yaml')
    expect(choices(space.blocks[1]!)).toHaveLength(19)
    expect(choices(space.blocks[0]!)[9]).toBe('3x3-e1-se')
    expect(largest(space)).toEqual(['7x7-e6-se', '7x7-e6-se'])
    expect(smallest(space)).toEqual(['3x3-e1', 'skip'])
    const layers = (choice: string) => decode(space, uniform(space, choice)).layers.map(({ name }) => name)
    expect(layers('5x5-e6-se')).toEqual(expect.arrayContaining(['b00/se_scale', 'b01/se_scale']))
    expect(layers('5x5-e6').filter(name => name.includes('/se_'))).toEqual([])
  })
  test('says less than it could and gets the defaults', () => {
    expect(parseSpace(file(), 'mine.yaml')).toMatchObject({
      activation: 'relu',
      batchNorm: { epsilon: 1e-3, momentum: 0.99 },
      stem: { filters: 4, kernel: 3, stride: 1 },
      head: { filters: 8, dropout: 0 },
    })
  })
  test.each([
    [file(STAGE.replace('kernels', 'kernel')), 'mine.yaml:6: stages[0].kernels: expected array, got nothing'],
    [
      file(STAGE, 'colour: red\n'),
      'mine.yaml:8: colour: unknown key; allowed here: name, description, input',
    ],
    [
      file(STAGE.replace('[3, 5, 7]', '[3, 4]')),
      'mine.yaml:6: stages[0].kernels[1]: expected an odd kernel size, got 4',
    ],
    [
      file(STAGE.replace('[3, 5, 7]', '[5, 3]')),
      'mine.yaml:6: stages[0].kernels: expected an ascending list without repeats, got [5,3]',
    ],
    [file(STAGE.replace('[3, 5, 7]', '[3, 3]')), 'ascending'],
    [file(STAGE.replace('[1, 2.5, 6]', '[]')), 'stages[0].expansions: expected a length >= 1, got []'],
    [
      file(STAGE.replace('blocks: 2', 'blocks: 1')),
      'mine.yaml:6: stages[0].skip: the first block of a stage',
    ],
    [file(STAGE.replace('filters: 8', 'filters: 0')), 'stages[0].filters: expected a number >= 1, got 0'],
    [
      file('{ fixed: { filters: 8, kernel: 2 } }'),
      'mine.yaml:6: stages[0].fixed.kernel: expected an odd kernel size, got 2',
    ],
    [file('{ fixed: { filters: 8 } }'), 'mine.yaml:5: stages: expected at least one searchable stage'],
    [file().replace('classes: 7', 'classes: seven'), 'mine.yaml:3: classes: expected number, got "seven"'],
    [file().replace('[30, 30, 3]', '[30, 30]'), 'mine.yaml:2: input'],
    [
      file().replace('mine', 'My Space'),
      'mine.yaml:1: name: expected lower-case letters, digits and dashes, got "My Space"',
    ],
  ])('with a fault is refused with its line and what was expected (%#)', (text, message) => {
    expect(complaint(text)).toContain(message)
  })
  test('that does not exist is refused with the names that ship', () => {
    expect(() => readSpace('imagenet')).toThrow(/there are: .*imagenet-single-path/)
    expect(() => readSpace('./imagenet.yaml')).toThrow('no such file')
  })
})
