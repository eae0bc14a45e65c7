import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  absolute,
  describeMiss,
  METRIC_FACTS,
  METRICS,
  misses,
  parseConstraint,
} from '../../src/cost/index.js'
import { CostError, InputError } from '../../src/errors.js'

describe('a constraint', () => {
  test.each([
    ['latency<=4ms', 'latency', 4],
    ['latency <= 250 us', 'latency', 0.25],
    ['latency<=0.5s', 'latency', 500],
    ['energy<=1.2mJ', 'energy', 1.2],
    ['energy<=900uJ', 'energy', 0.9],
    ['area<=3mm2', 'area', 3],
    ['area<=3mm²', 'area', 3],
    ['macs<=40M', 'macs', 40e6],
    ['macs<=1.5e6', 'macs', 1.5e6],
    ['params<=1M', 'params', 1e6],
    ['terms<=1.4', 'terms', 1.4],
  ])('%s is read in the unit of its metric', (text, metric, bound) => {
    const constraint = parseConstraint(text)
    expect(constraint).toMatchObject({ metric, op: '<=', relative: false })
    expect(constraint.bound).toBeCloseTo(bound, 9)
  })
  test('in percent is a fraction of the network that came in', () => {
    const half = parseConstraint('macs<=50%')
    expect(half).toEqual({ metric: 'macs', op: '<=', bound: 0.5, relative: true, text: 'macs<=50%' })
    expect(absolute(half, { macs: 200, params: 10 })).toMatchObject({ bound: 100, relative: false })
  })
  test('read from its own text is the same constraint', () => {
    const units = METRICS.flatMap(metric =>
      [...Object.keys(METRIC_FACTS[metric].units), '%'].map(u => [metric, u]),
    )
    const number = fc.double({ min: 1e-6, max: 1e12, noNaN: true })
    fc.assert(
      fc.property(fc.constantFrom(...units), number, ([metric, unit], value) => {
        const once = parseConstraint(`${metric} <= ${value}${unit}`)
        expect(parseConstraint(once.text)).toEqual(once)
      }),
    )
  })
  test.each([
    ['speed<=4ms', 'expected one of latency, energy, area, macs, params'],
    ['latency<=4mJ', 'unknown unit "mJ" for latency; expected ms, us, s, %'],
    ['latency<=4', 'a unit is missing for latency; expected ms, us, s, %'],
    ['macs<=4ms', 'unknown unit "ms" for macs; expected no unit, K, M, G, %'],
    ['latency>=4ms', 'expected METRIC<=VALUE, such as latency<=4ms'],
    ['latency<4ms', 'expected METRIC<=VALUE'],
    ['latency<=-4ms', 'expected METRIC<=VALUE'],
    ['latency<=0ms', 'expected a number above 0, got 0'],
    ['latency<=1.2.3ms', 'expected a number above 0, got 1.2.3'],
    ['macs<=1e999', 'expected a number above 0'],
    ['latency<=4constructor', 'unknown unit'],
    ['', 'expected METRIC<=VALUE'],
  ])('%j is refused with what is allowed', (text, message) => {
    expect(() => parseConstraint(text)).toThrow(InputError)
    expect(() => parseConstraint(text)).toThrow(message)
  })
  test('that a network breaks is reported with how much is missing', () => {
    const asked = ['latency<=4ms', 'macs<=40M', 'params<=1M'].map(parseConstraint)
    const missed = misses(asked, { latencyMs: 4.5, macs: 41e6, params: 1e6 })
    expect(missed).toEqual([
      { metric: 'latency', bound: 4, value: 4.5, by: 0.5 },
      { metric: 'macs', bound: 40e6, value: 41e6, by: 1e6 },
    ])
    expect(missed.map(describeMiss)).toEqual([
      'latency 4.5 ms is 0.5 ms above 4 ms',
      'macs 41 M is 1 M above 40 M',
    ])
  })
  test('on a figure the cost model does not give is an error, not a pass', () => {
    const cost = { macs: 1, params: 1 }
    expect(() => misses([parseConstraint('energy<=1mJ')], cost)).toThrow(CostError)
    expect(() => absolute(parseConstraint('energy<=50%'), cost)).toThrow('gives no energy')
    expect(() => misses([parseConstraint('macs<=50%')], cost)).toThrow('relative')
  })
})
