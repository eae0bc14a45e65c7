import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { architectureAt, architectureIndex, designGenome, familyOf } from '../../src/codesign/index.js'
import { checkGenome, domainOf } from '../../src/evolve/index.js'
import {
  type AcceleratorSpace,
  acceleratorAt,
  countAccelerators,
  readAcceleratorSpace,
} from '../../src/hardware/index.js'
import { readSpace } from '../../src/search/space-index.js'

/** Lists out of order, a knob of one value, a clock that is a word among numbers. */
const odd: AcceleratorSpace = {
  name: 'odd',
  knobs: [
    { knob: 'peType', values: ['int8', 'lightpe-1', 'fp32'] },
    { knob: 'rows', values: [16, 8, 32] },
    { knob: 'columns', values: [14] },
    { knob: 'scratchpads', values: ['sram', 'flip-flop'] },
    { knob: 'clockMhz', values: ['max', 400, 200] },
  ],
}
const families = [
  familyOf({ kind: 'nasbench201' }),
  familyOf({ kind: 'blocks', space: readSpace('cifar10-mbconv') }),
  familyOf({ kind: 'blocks', space: readSpace('imagenet-single-path') }),
]
const spaces = [odd, readAcceleratorSpace('accelerator-study')]

describe('the genome of a design', () => {
  it.each(families.flatMap(family => spaces.map(space => [family, space] as const)))(
    'is read and written exactly (%#)',
    (family, space) => {
      const { variables, design, genome } = designGenome(family, space)
      const numbers = fc.tuple(
        ...variables.map(variable => fc.integer({ min: 0, max: domainOf(variable).high })),
      )
      fc.assert(
        fc.property(numbers, numbers => {
          const there = design(numbers)
          expect([...genome(there)]).toEqual(numbers)
          expect(family.parse(family.format(there.architecture))).toEqual(there.architecture)
        }),
      )
    },
  )

  it('stands for every accelerator of the space once, with the knobs that the space numbers so', () => {
    const { variables, networkVariables, knobVariables, design } = designGenome(families[0]!, odd)
    expect(knobVariables.map(({ name }) => name)).toEqual(['peType', 'rows', 'scratchpads', 'clockMhz'])
    const seen = new Set<number>()
    for (const type of [0, 1, 2])
      for (const rows of [0, 1, 2])
        for (const pads of [0, 1])
          for (const clock of [0, 1, 2]) {
            const genome = [...networkVariables.map(() => 0), type, rows, pads, clock]
            checkGenome(variables, genome)
            const { accelerator } = design(genome)
            seen.add(accelerator)
            expect(acceleratorAt(odd, accelerator)).toMatchObject({
              peType: ['int8', 'lightpe-1', 'fp32'][type],
              rows: [8, 16, 32][rows],
              columns: 14,
              scratchpads: ['sram', 'flip-flop'][pads],
              clockMhz: [200, 400, 'max'][clock],
            })
          }
    expect(seen.size).toBe(countAccelerators(odd))
  })

  it('has ordinals for numbers and categories for the rest', () => {
    const { variables } = designGenome(families[0]!, odd)
    expect(variables.map(({ kind }) => kind)).toEqual([
      ...Array(6).fill('categorical'),
      ...['categorical', 'ordinal', 'categorical', 'ordinal'],
    ])
  })

  it('refuses designs of other spaces', () => {
    const { genome } = designGenome(families[0]!, odd)
    const { reference } = families[0]!
    expect(() => genome({ architecture: reference, accelerator: 54 })).toThrow(/accelerators 0 to 53, not 54/)
    expect(() => genome({ architecture: ['none'], accelerator: 0 })).toThrow(/has 6 choices, not 1/)
    expect(() => genome({ architecture: reference.map(() => 'conv'), accelerator: 0 })).toThrow(/edge 0-1/)
  })
})

describe('a family of networks', () => {
  it('numbers its architectures', () => {
    for (const family of families.slice(0, 2))
      fc.assert(
        fc.property(fc.integer({ min: 0, max: family.size - 1 }), index => {
          expect(architectureIndex(family, architectureAt(family, index))).toBe(index)
        }),
      )
  })

  it.each([
    [families[0]!, 'resnet', /cell "resnet"/],
    [families[1]!, '', /names no choice/],
    [families[1]!, '3x3-e3', /12 searchable blocks; got 1/],
    [families[1]!, Array(12).fill('9x9-e3').join(), /cannot be "9x9-e3"/],
    [
      familyOf({ kind: 'nasbench201', operations: ['none', 'nor_conv_3x3'] }),
      resnetCell(),
      /skip_connect is not among/,
    ],
  ])('refuses an architecture of another (%#)', (family, text, message) => {
    expect(() => family.parse(text)).toThrow(message)
  })
})

function resnetCell(): string {
  return families[0]!.format(families[0]!.reference)
}
