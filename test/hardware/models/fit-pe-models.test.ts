import { describe, expect, it } from 'vitest'
import { InputError } from '../../../src/errors.js'
import {
  accuracy,
  type FitOptions,
  fitFigures,
  fitJob,
  fitPeModels,
  fitTables,
  peModel,
  splitPoints,
} from '../../../src/hardware/models/index.js'
import type { PeDesign, PeFigures } from '../../../src/hardware/pe-design.js'
import { drawFigure } from '../../../src/runs/index.js'
import { failed, HEADER, silicon, syntheticPoints } from './synthetic-points.js'

const exact = [0, 0, 0, 0] as const
const FIGURES = ['areaUm2', 'criticalPathNs', 'leakageMw', 'energyPjPerMac'] as const

/** A polynomial of degree 2 in the knobs, other for each type, that every figure follows. */
function quadratic({ type, psumBits: p, ifmapWords: i, filterWords: f, psumWords: q }: PeDesign): PeFigures {
  const y = 100 * type.length + 3 * p + 2 * i + 0.5 * f + 0.02 * i * f + 0.3 * q * p + 0.1 * (i - 16) ** 2
  return { areaUm2: y, criticalPathNs: y / 1000, leakageMw: y / 1e6, energyPjPerMac: y / 100 }
}

const worst = (law: (design: PeDesign) => PeFigures, options: Partial<FitOptions>, perType = 60) => {
  const points = syntheticPoints({ perType, law, noise: exact, places: ['inside'] })
  const models = fitPeModels(points, { header: HEADER, ...options })
  const predict = peModel(models, { check: false })
  const errors = points.flatMap(({ design, figures }) =>
    FIGURES.map(name => Math.abs(predict(design)[name] / figures[name] - 1)),
  )
  return Math.max(...errors)
}

describe('fitPeModels', () => {
  it('recovers polynomials of its degree, per type and pooled', () => {
    const options = { features: ['knobs'], degrees: [2], forms: ['plain'] } as const
    expect(worst(quadratic, { ...options, scopes: ['per type'] })).toBeLessThan(1e-9)
    expect(worst(quadratic, { ...options, scopes: ['pooled'] })).toBeLessThan(1e-9)
    expect(worst(quadratic, { ...options, degrees: [1], scopes: ['per type'] })).toBeGreaterThan(0.01)
  })

  it('recovers exponentials by the logarithm', () => {
    const law = (design: PeDesign): PeFigures => {
      const y = Math.exp(0.02 * design.psumBits + 0.004 * design.filterWords)
      return { areaUm2: y, criticalPathNs: y, leakageMw: y, energyPjPerMac: y }
    }
    expect(worst(law, { features: ['knobs'], degrees: [1], forms: ['log'] })).toBeLessThan(1e-9)
  })

  it.each([1, 2])('chooses degree %i by cross-validation where it is the true one', degree => {
    const linear = (design: PeDesign): PeFigures => {
      const y = 500 + 4 * design.psumBits + 7 * design.ifmapWords + design.filterWords + 9 * design.psumWords
      return { areaUm2: y, criticalPathNs: y, leakageMw: y, energyPjPerMac: y }
    }
    const law = degree === 1 ? linear : quadratic
    const points = syntheticPoints({ perType: 110, law, noise: [0.01, 0.01, 0.01, 0.01], places: ['inside'] })
    const options = { header: HEADER, features: ['knobs'], forms: ['plain'] } as const
    const { figures } = fitPeModels(points, options).places.inside!
    for (const name of FIGURES) {
      expect(figures[name].degree).toBe(degree)
      expect(figures[name].tried.map(tried => tried.degree)).toEqual([1, 2, 3])
    }
  })

  it('predicts held-out processing elements down to their noise, within the bars', () => {
    const points = syntheticPoints({ perType: 45 })
    const { places } = fitPeModels(points, { header: HEADER, degrees: [1, 2] })
    for (const { figures } of [places.inside!, places.outside!]) {
      expect(figures.areaUm2.heldOut['all']!.mape).toBeLessThan(1)
      expect(figures.areaUm2.heldOut['all']!.r2).toBeGreaterThan(0.999)
      expect(figures.leakageMw.heldOut['all']!.mape).toBeLessThan(1)
      expect(figures.criticalPathNs.heldOut['all']!.mape).toBeLessThan(7)
      expect(figures.energyPjPerMac.heldOut['all']!.mape).toBeLessThan(6)
      expect(figures.areaUm2.heldOut['int8']).toMatchObject({ points: 9 })
      expect(figures.areaUm2.crossValidation['int8']).toMatchObject({ points: 36 })
    }
  })

  it('never lets held-out points into coefficients or choice, nor failed ones', () => {
    const points = syntheticPoints({ perType: 30, places: ['inside'] })
    const options = { header: HEADER, features: ['storage'], degrees: [1, 2], seed: 3 } as const
    const held = new Set(splitPoints(points, 0.2, 3).heldOut)
    expect(held.size).toBe(36)
    const spoilt = points.map(point =>
      held.has(point) ? { ...point, figures: silicon({ ...point.design, filterWords: 9999 }) } : point,
    )
    const without = ({ places, ...rest }: ReturnType<typeof fitPeModels>) => ({
      ...rest,
      domain: places.inside!.domain,
      figures: FIGURES.map(name => ({ ...places.inside!.figures[name], heldOut: undefined })),
    })
    const fitted = fitPeModels(points, options)
    expect(without(fitPeModels(spoilt, options))).toEqual(without(fitted))
    const more = [...points, failed({ ...points[0]!.design, filterWords: 5000 })]
    const { failed: count } = fitPeModels(more, options).points
    expect(count).toBe(1)
    expect(fitPeModels(more, options).places).toEqual(fitted.places)
  })

  it('holds out a fifth of every type, by the seed', () => {
    const points = syntheticPoints({ perType: 20 })
    const [a, b, c] = [splitPoints(points, 0.2, 1), splitPoints(points, 0.2, 1), splitPoints(points, 0.2, 2)]
    expect(a).toEqual(b)
    expect(a.heldOut).not.toEqual(c.heldOut)
    for (const type of ['fp32', 'lightpe-2'])
      for (const place of ['inside', 'outside'])
        expect(
          a.heldOut.filter(({ design }) => design.type === type && design.scratchpads === place),
        ).toHaveLength(4)
    expect([...a.training, ...a.heldOut]).toHaveLength(points.length)
  })

  it('says how many points a type needs, and that many suffice', () => {
    const points = syntheticPoints({ perType: 4, places: ['inside'] })
    const options = { header: HEADER, features: ['knobs'] } as const
    expect(() => fitPeModels(points, options)).toThrow(InputError)
    expect(() => fitPeModels(points, options)).toThrow(
      /^fp32 with scratchpads inside has 4 points; a polynomial of degree 1 with 4 terms needs (\d+),/,
    )
    const needed = (types: typeof points) => {
      try {
        fitPeModels(types, options)
        return 0
      } catch (error) {
        return Number(/ needs (\d+),/.exec((error as Error).message)![1])
      }
    }
    const many = syntheticPoints({ perType: 40, places: ['inside'] }).filter(
      ({ design }) => design.type === 'int8',
    )
    const enough = needed(many.slice(0, 5))
    expect(needed(many.slice(0, enough - 1))).toBe(enough)
    expect(needed(many.slice(0, enough))).toBe(0)
    expect(() => fitPeModels(many, { ...options, degrees: [3] })).toThrow(/degree 3 with 35 terms needs \d+/)
  })

  it.each([
    [{ folds: 1 }, /folds: 1/],
    [{ heldOut: 0 }, /held-out: 0/],
    [{ heldOut: 1 }, /held-out: 1/],
  ])('refuses %j', (wrong, message) => {
    const points = syntheticPoints({ perType: 20, places: ['inside'] })
    expect(() => fitPeModels(points, { header: HEADER, ...wrong })).toThrow(message)
    expect(() => fitPeModels([], { header: HEADER })).toThrow(/no characterized point/)
  })

  it('as a job, stopped and resumed, gives the same models', async () => {
    const points = syntheticPoints({ perType: 20, places: ['inside'] })
    const options = { header: HEADER, features: ['knobs', 'depth'], degrees: [1] } as const
    const job = fitJob(points, options)
    let state = await job.init()
    while (!job.done(state)) {
      state = (await job.step(state)).state
      state = await job.unpack(JSON.parse(JSON.stringify(job.pack(state))))
    }
    expect(await job.result(state)).toEqual(fitPeModels(points, options))
    expect(job.progress(state)).toEqual({ done: 4, total: 4, label: 'fitting' })
  })

  it('shows itself as tables and drawable figures', async () => {
    const points = syntheticPoints({ perType: 20, places: ['outside'] })
    const models = fitPeModels(points, { header: HEADER, features: ['depth'], degrees: [1] })
    const tables = fitTables(models)
    expect(tables.map(({ title }) => title)).toContain('Critical path, scratchpads outside')
    expect(tables).toHaveLength(5)
    for (const { columns, rows } of tables) for (const row of rows) expect(row).toHaveLength(columns.length)
    const figures = fitFigures(models, splitPoints(points, 0.2, 0).heldOut)
    expect(figures).toHaveLength(4)
    expect(await drawFigure(figures[0]!, 'figure-1')).toContain('predicted, µm²')
  })
})

describe('accuracy', () => {
  it('is right by hand', () => {
    const { points, r2, mape, p95 } = accuracy([1, 2, 4, 5], [1.1, 1.8, 4, 6])
    expect(points).toBe(4)
    expect(r2).toBeCloseTo(1 - (0.01 + 0.04 + 0 + 1) / 10, 12)
    expect(mape).toBeCloseTo((10 + 10 + 0 + 20) / 4, 12)
    expect(p95).toBeCloseTo(10 + 0.85 * 10, 12)
  })

  it('has no R² where nothing varies', () => {
    expect(accuracy([2, 2], [2, 3])).toEqual({ points: 2, mape: 25, p95: 47.5 })
  })
})
