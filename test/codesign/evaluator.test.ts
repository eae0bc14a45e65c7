import { describe, expect, it } from 'vitest'
import {
  type AccuracyModel,
  architectureAt,
  BUILDABLE,
  designConstraints,
  type Evaluator,
  evaluationOf,
  evaluator,
  type Figures,
  familyOf,
  mappingFor,
  objectivesOf,
  parseDesignConstraint,
} from '../../src/codesign/index.js'
import {
  acceleratorAt,
  countAccelerators,
  estimate,
  readAcceleratorSpace,
  readPeModel,
  workloadOf,
} from '../../src/hardware/index.js'
import { random } from '../../src/random.js'
import { readSpace } from '../../src/search/space-index.js'
import { accuracy, accelerators as few, family as fewCells } from './small-codesign.js'

const peModel = readPeModel()
const flat: AccuracyModel = { ...accuracy, accuracy: () => 0.9 }

describe('figures of a design', () => {
  const space = readAcceleratorSpace('accelerator-space')
  it.each([
    ['cells', familyOf({ kind: 'nasbench201' } as const), 'latency', 1],
    ['blocks', familyOf({ kind: 'blocks', space: readSpace('cifar10-mbconv-se') }), 'energy', 2],
  ] as const)(
    '%s: are those of the estimate of its network on its accelerator',
    (_, family, mapping, batch) => {
      const own = evaluator({ family, accelerators: space, accuracy: flat, peModel, batch, mapping })
      let compared = 0
      for (let i = 0; i < 12; i++) {
        const stream = random(5, 'pairs', i)
        const architecture = architectureAt(family, stream.integer(family.size))
        const accelerator = stream.integer(countAccelerators(space))
        const figures = own.figures({ architecture, accelerator }) as Figures
        if ('obstacles' in figures) continue
        compared++
        const exact = estimate(
          workloadOf(family.network(architecture)),
          acceleratorAt(space, accelerator),
          peModel,
          {
            batch,
            objective: mapping,
          },
        )
        expect(figures.latency / exact.latencyMs).toBeCloseTo(1, 12)
        expect(figures.energy / exact.energyMj).toBeCloseTo(1, 12)
        expect(figures.edp / (exact.energyMj * exact.latencyMs)).toBeCloseTo(1, 12)
        expect(figures).toMatchObject({ area: exact.areaMm2, macs: exact.macs, params: exact.params })
        expect(figures.error).toBeCloseTo(0.1, 12)
      }
      expect(compared).toBeGreaterThan(6)
    },
  )

  it('cost no mapping where network and accelerator are known', () => {
    const own = small()
    const stream = random(1, 'known')
    const pairs = Array.from({ length: 400 }, () => ({
      architecture: architectureAt(fewCells, stream.integer(fewCells.size)),
      accelerator: stream.integer(countAccelerators(few)),
    }))
    const first = pairs.map(own.figures)
    const { mappings, accelerators } = { ...own.counts() }
    expect(accelerators).toBe(16)
    // Of every accelerator, each shape once, however many networks have it.
    expect(mappings).toBeLessThanOrEqual(16 * 24)
    expect(pairs.map(own.figures)).toEqual(first)
    expect(own.counts()).toEqual({ mappings, accelerators })
  })

  it('say why a design cannot be', () => {
    const knobs = [
      { knob: 'peType', values: ['int16', 'fp32'] },
      { knob: 'psumBits', values: [16] },
      { knob: 'ifmapWords', values: [2, 12] },
    ] as const
    const family = familyOf({ kind: 'nasbench201' })
    const accelerators = { name: 'odd', knobs }
    const own = evaluator({ family, accelerators, accuracy: flat, peModel, batch: 1, mapping: 'latency' })
    const { reference: architecture } = family
    const reason = (figures: unknown) => (figures as { reason: string }).reason
    expect(own.figures({ architecture, accelerator: 1 })).toHaveProperty('latency')
    const misfit = own.figures({ architecture, accelerator: 0 }) as { obstacles: number }
    expect(reason(misfit)).toMatch(/outside|does not fit odd-0/)
    expect(reason(own.figures({ architecture, accelerator: 3 }))).toMatch(
      /psumBits 16 is not among the 32 to 32/,
    )
    const nothing = architecture.map(() => 'none')
    expect(reason(own.figures({ architecture: nothing, accelerator: 1 }))).toMatch(
      /no way leads from input to output/,
    )
    expect(reason(own.networkFigures(nothing))).toMatch(/no way leads/)
  })

  it('count the layers that do not fit', () => {
    const accelerators = {
      ...few,
      knobs: few.knobs.map(knob => (knob.knob === 'ifmapWords' ? { ...knob, values: [1] } : knob)),
    }
    const boxless = () => ({ areaUm2: 1e4, criticalPathNs: 1, leakageMw: 0.01, energyPjPerMac: 1 })
    const options = { family: fewCells, accelerators, accuracy: flat, batch: 1, mapping: 'latency' } as const
    const own = evaluator({ ...options, peModel: boxless })
    const threes = fewCells.reference
    const found = own.figures({ architecture: threes, accelerator: 0 }) as {
      obstacles: number
      reason: string
    }
    // A 3×3 convolution on each edge of fifteen cells, two in each reduction, the stem.
    expect(found.obstacles).toBe(6 * 15 + 2 * 2 + 1)
    expect(found.reason).toMatch(/needs ifmapWords 3 or more, there are 1/)
  })

  it('ask a dear accuracy once for each network and scheme, and may wait for it', async () => {
    const asked: string[] = []
    const dear: AccuracyModel = {
      ...accuracy,
      dear: true,
      accuracies: async pairs => {
        asked.push(...pairs.map(({ architecture, scheme }) => `${architecture.join()} ${scheme}`))
        return pairs.map(() => 0.8)
      },
    }
    const own = small(dear)
    const architecture = fewCells.reference
    for (const accelerator of [0, 1, 2, 8, 9]) {
      const figures = (await own.figures({ architecture, accelerator })) as Figures
      expect(figures.error).toBeCloseTo(0.2, 12)
    }
    expect(asked.map(key => key.split(' ')[1])).toEqual(['int8', 'lightnn-1'])
    const again = evaluator({ ...parts(dear), accuracies: own.accuracies })
    expect(again.unknown([0, 1, 8].map(accelerator => ({ architecture, accelerator })))).toEqual([])
    await again.figures({ architecture, accelerator: 3 })
    expect(asked).toHaveLength(2)
  })
})

const parts = (model: AccuracyModel) =>
  ({ family: fewCells, accelerators: few, accuracy: model, peModel, batch: 1, mapping: 'latency' }) as const
const small = (model: AccuracyModel = accuracy): Evaluator => evaluator(parts(model))

describe('an evaluation', () => {
  const constraints = designConstraints(['area<=3mm2', 'accuracy >= 92 %'])
  const figures = { error: 0.07, latency: 2, energy: 3, area: 1, macs: 5, params: 6, edp: 6 }
  it('holds objectives and the values that constraints bound', () => {
    expect(evaluationOf(figures, ['edp', 'error'], constraints)).toEqual({
      objectives: [6, 0.07],
      constraints: [1, 0.07, 0],
    })
  })
  it('is worse than any other for what cannot be', () => {
    expect(evaluationOf({ obstacles: 3, reason: 'it' }, ['edp'], constraints)).toEqual({
      objectives: [Infinity],
      constraints: [Infinity, Infinity, 3],
    })
    expect(BUILDABLE.bound).toBe(0)
  })
})

describe('what is asked of a co-design', () => {
  it.each([
    ['area<=3mm2', { measure: 'area', bound: 3 }],
    ['energy <= 200 uJ', { measure: 'energy', bound: 0.2 }],
    ['error<=8%', { measure: 'error', bound: 0.08 }],
    ['error <= 0.08', { measure: 'error', bound: 0.08 }],
    ['accuracy>=92%', { measure: 'error', bound: 0.08 }],
    ['edp<=1.5', { measure: 'edp', bound: 1.5 }],
    ['edp<=1.5mJms', { measure: 'edp', bound: 1.5 }],
  ])('constraint %s is read', (text, expected) => {
    expect(parseDesignConstraint(text)).toMatchObject(expected)
  })

  it.each([
    ['error<=120%', /between 0 and 100/],
    ['error<=8ms', /error<=8%, accuracy>=92%/],
    ['accuracy<=92%', /accuracy>=92%/],
    ['edp<=2W', /edp<=2mJms/],
    ['macs<=50%', /no network here that it could be a percent of/],
    ['speed<=3', /unknown metric "speed"/],
    ['area<=3', /a unit is missing/],
  ])('constraint %s is refused', (text, message) => {
    expect(() => parseDesignConstraint(text)).toThrow(message)
  })

  it('two bounds on one measure are refused', () => {
    expect(() => designConstraints(['error<=8%', 'accuracy>=90%'])).toThrow(/"error<=8%" and "accuracy>=90%"/)
  })

  it.each([
    [['error', 'speed'], /objective "speed"; expected one of error, latency/],
    [['accuracy', 'area'], /what is minimised is error/],
    [['area', 'area'], /"area" is there twice/],
    [['error', 'macs'], /the accelerator has no part in any; add latency/],
  ])('objectives %j are refused', (names, message) => {
    expect(() => objectivesOf(names)).toThrow(message)
  })

  it('layers are mapped for what is asked', () => {
    expect(mappingFor(['error', 'energy'], [])).toBe('energy')
    expect(mappingFor(['error', 'area'], designConstraints(['latency<=1ms']))).toBe('latency')
    expect(mappingFor(['error', 'energy'], designConstraints(['latency<=1ms']))).toBe('edp')
    expect(mappingFor(['edp'], [])).toBe('edp')
    expect(mappingFor(['error', 'area'], [])).toBe('latency')
  })
})
