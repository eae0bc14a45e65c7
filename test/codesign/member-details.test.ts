import { describe, expect, it } from 'vitest'
import { architectureAt, codesignReport, evaluator, type Figures } from '../../src/codesign/index.js'
import { peModel } from '../../src/hardware/index.js'
import { accelerators, accuracy, configOf, family } from './small-codesign.js'

const config = configOf()
const { models, batch, mapping } = config
const own = evaluator({ family, accelerators, accuracy, peModel: peModel(models), batch, mapping })
const members = [0, 5, 300].map((place, accelerator) => {
  const design = { architecture: architectureAt(family, 728 - place), accelerator: 2 * accelerator }
  return { design, figures: own.figures(design) as Figures, misses: [] }
})
const method = {
  ...{ method: 'joint', members, feasible: true, history: [], evaluated: 3, impossible: 0, asked: 3 },
  ...{ population: 50, reason: 'done', effort: { seconds: 1, accelerators: 3, mappings: 3 } },
} as never
const report = codesignReport(config, { methods: [method] }, accuracy)

describe('the members of a front', () => {
  it('have a section each, to which every point of a front leads', () => {
    expect(report.details!.map(({ id }) => id)).toEqual(['design-01', 'design-02', 'design-03'])
    const facts = new Map(report.details![1]!.facts)
    expect(facts.get('architecture')).toBe(family.format(members[1]!.design.architecture))
    expect(facts.get('rows')).toBe(8)
    const text = JSON.stringify(report.figures)
    for (const { id } of report.details!) expect(text).toContain(`"href":"#${id}"`)
  })

  it('are drawn layer by layer, and these add up to their price', () => {
    for (const [i, { figures }] of report.details!.entries()) {
      const [cell, layers] = figures!
      expect(cell!.title).toMatch(/^The cell of design-0\d$/)
      const { values } = (layers!.spec as { data: { values: { latencyMs: number; energyMj: number }[] } })
        .data
      const sum = (of: 'latencyMs' | 'energyMj') => values.reduce((total, each) => total + each[of], 0)
      expect(sum('latencyMs') / members[i]!.figures.latency).toBeCloseTo(1, 9)
      expect(sum('energyMj') / members[i]!.figures.energy).toBeCloseTo(1, 9)
    }
  })
})
