import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ConfigError, InputError } from '../../../src/errors.js'
import { FEATURES, featuresOf } from '../../../src/hardware/models/features.js'
import {
  checkDomain,
  fitPeModels,
  peModel,
  readFittedModels,
  readPeModel,
  writeFittedModels,
} from '../../../src/hardware/models/index.js'
import { monomialValue } from '../../../src/hardware/models/monomials.js'
import { compilePolynomial, type Polynomial } from '../../../src/hardware/models/polynomial.js'
import type { PeDesign } from '../../../src/hardware/pe-design.js'
import { HEADER, syntheticPoints } from './synthetic-points.js'

const folder = mkdtempSync(join(tmpdir(), 'tandem-models-'))
const points = syntheticPoints({ perType: 40, places: ['inside'] })
const models = fitPeModels(points, {
  header: HEADER,
  features: ['knobs', 'storage and depth'],
  degrees: [1, 2],
})
const design: PeDesign = { ...points.find(({ design }) => design.type === 'int16')!.design, filterWords: 128 }

/** A polynomial term by term. */
function byTerms(
  { variables, centre, scale, terms, log, floor }: Polynomial,
  features: Float64Array,
): number {
  const z = variables.map((name, v) => (features[FEATURES.indexOf(name)]! - centre[v]!) / scale[v]!)
  const sum = terms.reduce((total, [c, ...monomial]) => total + c! * monomialValue(monomial, z), 0)
  return Math.max(floor, log ? Math.exp(sum) : sum)
}

describe('coefficients', () => {
  it('written and read again predict bitwise the same', () => {
    const file = join(folder, 'ppa.json')
    writeFittedModels(file, models)
    expect(readFittedModels(file)).toEqual(models)
    const [written, again] = [
      peModel(models, { check: false }),
      peModel(readFittedModels(file), { check: false }),
    ]
    for (const { design } of points) expect(again(design)).toStrictEqual(written(design))
    expect(readPeModel(file)(design)).toStrictEqual(written(design))
  })

  it.each([
    ['{', /broken\.json:1: is not JSON/],
    ['{}', /does not hold fitted models/],
    [JSON.stringify({ ...models, schema: 2 }), /does not hold fitted models/],
    [
      JSON.stringify(models).replace('"variables":["', '"variables":["else","'),
      /does not hold fitted models/,
    ],
    [JSON.stringify(models).replace(/"terms":\[\[[^\]]*\]/, '"terms":[[1,99]'), /a term names a variable/],
    [JSON.stringify(models).replace(/"domain":\{"fp32"/, '"domain":{"int4"'), /does not hold fitted models/],
  ])('refuses what is not of the schema', (text, message) => {
    const file = join(folder, 'broken.json')
    writeFileSync(file, text)
    expect(() => readFittedModels(file)).toThrow(ConfigError)
    expect(() => readFittedModels(file)).toThrow(message)
  })

  it('names the file that is missing', () => {
    expect(() => readPeModel(join(folder, 'none.json'))).toThrow(/none\.json: cannot be read \(ENOENT\)/)
  })

  it('is written a list of numbers to a line', () => {
    const lines = readFileSync(join(folder, 'ppa.json'), 'utf8').split('\n')
    expect(lines.some(line => /^\s*"centre": \[ -?[\d.]+, .*\],$/.test(line))).toBe(true)
  })
})

describe('peModel', () => {
  it('computes the polynomials as they are written', () => {
    const predict = peModel(models, { check: false })
    for (const { design } of points.slice(0, 120)) {
      for (const name of ['areaUm2', 'criticalPathNs', 'leakageMw', 'energyPjPerMac'] as const) {
        const polynomial = models.places.inside!.figures[name].types[design.type]!
        const expected = byTerms(polynomial, featuresOf(design))
        expect(Math.abs(predict(design)[name] / expected - 1)).toBeLessThan(1e-9)
      }
    }
  })

  it('sums sparse terms, by hand', () => {
    const polynomial: Polynomial = {
      variables: ['psumBits', 'filterWords'],
      centre: [24, 100],
      scale: [8, 50],
      terms: [[2, 0, 1, 1], [0.5]],
      log: false,
      floor: 0.25,
    }
    const at = (psumBits: number, filterWords: number) =>
      compilePolynomial(polynomial)(featuresOf({ ...design, psumBits, filterWords }))
    expect(at(32, 200)).toBe(2 * 1 * 2 * 2 + 0.5)
    expect(at(24, 200)).toBe(0.5)
    expect(at(16, 150)).toBe(0.25)
    const log = compilePolynomial({ ...polynomial, log: true })
    expect(log(featuresOf({ ...design, psumBits: 24 }))).toBe(Math.exp(0.5))
  })

  it('names the knob that is outside of the fitted domain, and its range', () => {
    const predict = peModel(models)
    expect(predict(design).areaUm2).toBeGreaterThan(1000)
    const [least, most] = models.places.inside!.domain.int16!.filterWords
    for (const wrong of [least - 1, most + 1, Number.NaN]) {
      const beyond = { ...design, filterWords: wrong }
      const message = `filterWords: ${wrong} is outside of what the models of int16 with scratchpads inside were fitted to, ${least} to ${most}`
      expect(() => predict(beyond)).toThrow(new InputError(message))
      expect(() => checkDomain(models, beyond)).toThrow(message)
    }
    expect(() => predict({ ...design, weightBits: 8 })).toThrow(/weightBits: 8 .* 16 only/)
    expect(() => checkDomain(models, design)).not.toThrow()
    expect(peModel(models, { check: false })({ ...design, filterWords: most + 1 }).areaUm2).toBeGreaterThan(0)
  })

  it('names a type or place without models', () => {
    const unchecked = peModel(models, { check: false })
    expect(() => unchecked({ ...design, scratchpads: 'outside' })).toThrow(
      /int16 was not characterized with scratchpads outside \(none of synthetic\)/,
    )
    expect(() => unchecked({ ...design, type: 'int2' as 'int8' })).toThrow(/int2 was not characterized/)
  })

  it('predicts at least 250,000 designs a second even on a busy machine', () => {
    const predict = peModel(models)
    const own = points.filter(({ design }) => {
      try {
        return predict(design) !== undefined
      } catch {
        return false
      }
    })
    const rate = () => {
      const started = performance.now()
      let sum = 0
      for (let i = 0; i < 200_000; i++) sum += predict(own[i % own.length]!.design).areaUm2
      expect(sum).toBeGreaterThan(0)
      return 200_000 / ((performance.now() - started) / 1000)
    }
    expect(Math.max(rate(), rate(), rate(), rate(), rate())).toBeGreaterThan(250_000)
  })
})
