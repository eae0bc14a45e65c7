import { describe, expect, it } from 'vitest'
import { chartHtml } from '../../src/runs/chart.js'
import {
  type ComparedRun,
  compareRuns,
  differenceTable,
  newestTable,
  resultSchema,
  type Solution,
} from '../../src/runs/index.js'

const solution = (name: string, latencyMs: number, test: number): Solution => ({
  name,
  met: latencyMs <= 4,
  misses: latencyMs <= 4 ? [] : [{ metric: 'latency', bound: 4, value: latencyMs, by: latencyMs - 4 }],
  cost: { latencyMs },
  accuracy: { test },
})

interface Made {
  readonly seed?: number
  readonly config: unknown
  readonly solutions?: readonly Solution[]
  readonly loss: readonly number[]
}

function made(name: string, { seed = 0, config, solutions, loss }: Made): ComparedRun {
  const versions = { tandem: '1', node: '20' }
  const run = {
    name,
    folder: name,
    command: 'search',
    argv: [],
    seed,
    config,
    versions,
    started: '2030-01-02T03:04:05Z',
  }
  const result = resultSchema.parse({
    ...{
      schema: 1,
      command: 'search',
      run: name,
      seed,
      asked: [],
      solutions: solutions ?? [],
      versions,
      seconds: 9,
    },
    baselines: [solution('largest', 8, 0.75)],
    machine: { cpu: 'x', cores: 2, memoryGib: 8, platform: 'x' },
  })
  const curves = [{ field: 'loss', label: '', points: loss.map((value, i) => [i + 1, value] as const) }]
  return { run, state: 'done', seconds: 9.4, result: solutions && result, curves }
}

const plan = { epochs: 8, optimizer: { name: 'sgd', momentum: 0.9 } }
const a = made('a', {
  config: { plan, metrics: ['latency'], blocks: [{ filters: 8 }] },
  solutions: [solution('s1', 1, 0.5), solution('s2', 2, 0.7), solution('s3', 3, 0.6)],
  loss: [2, 1],
})
const b = made('b', {
  seed: 1,
  config: { plan: { ...plan, epochs: 9 }, metrics: ['latency', 'energy'], blocks: [{ filters: 8 }] },
  solutions: [solution('t1', 5, 0.8)],
  loss: [3, 2, 1.5],
})
const unfinished = made('c', { config: { plan }, loss: [] })

describe('a comparison of runs', () => {
  it('names the keys of the configs that differ, and no other', () => {
    expect(compareRuns([a, b]).differences).toEqual([
      { key: 'seed', values: [0, 1] },
      { key: 'plan.epochs', values: [8, 9] },
      { key: 'metrics', values: ['latency', 'latency, energy'] },
    ])
    expect(compareRuns([a, a]).differences).toEqual([])
  })

  it('leaves absent what one of them does not have', () => {
    expect(compareRuns([a, unfinished]).differences).toEqual([
      { key: 'metrics', values: ['latency', undefined] },
      { key: 'blocks.0.filters', values: [8, undefined] },
    ])
  })

  it('says much that differs in one place in one row of equal letters', () => {
    const of = (name: string, filters: number) =>
      made(name, { config: { space: { name: 'x', blocks: Array(9).fill({ filters }) } }, loss: [] })
    const { rows } = differenceTable(compareRuns([of('a', 1), of('b', 2), of('c', 1), unfinished]))
    expect(rows).toContainEqual(['space.blocks (9 keys)', 'A', 'B', 'A', undefined])
  })

  it('puts results side by side, and how the runs stand', () => {
    const { results, standing } = compareRuns([a, b, unfinished])
    expect(results.map(({ title }) => title)).toEqual(['Solutions', 'Baselines'])
    expect(results[0]!.columns).toEqual(['run', 'name', 'met', 'latency, ms', 'test accuracy', 'misses'])
    expect(results[0]!.rows).toEqual([
      ['a', 's1', true, 1, 0.5, undefined],
      ['a', 's2', true, 2, 0.7, undefined],
      ['a', 's3', true, 3, 0.6, undefined],
      ['b', 't1', false, 5, 0.8, 'latency by 1'],
    ])
    expect(standing.rows.map(row => row.slice(-3))).toEqual([
      [9, 3, 3],
      [9, 1, 0],
      [9, undefined, undefined],
    ])
  })

  it('lays curves over each other, a colour a run', () => {
    const { curves } = compareRuns([a, b])
    expect(curves.map(({ title }) => title)).toEqual(['loss'])
    expect(curves[0]!.series.map(({ name, colour }) => [name, colour])).toEqual([
      ['a', 0],
      ['b', 1],
    ])
    expect(newestTable(compareRuns([a, b])).rows).toEqual([['loss', 1, 1.5]])
  })

  it('lays fronts over each other: the line passes through what no other solution betters', () => {
    const { fronts } = compareRuns([a, b, unfinished])
    expect(fronts.map(({ title }) => title)).toEqual(['accuracy over latency, ms'])
    const [line, ...marks] = fronts[0]!.series
    expect(line!.points).toEqual([
      [1, 0.5],
      [2, 0.7],
    ])
    expect(marks.map(({ name, mark }) => [name, mark])).toEqual([
      ['a', 'dots'],
      ['a baselines', 'rings'],
      ['b', 'dots'],
      ['b baselines', 'rings'],
    ])
  })
})

describe('a chart', () => {
  const chart = {
    title: 'loss',
    x: 'step',
    series: [
      {
        name: '<a>',
        mark: 'line',
        colour: 0,
        points: [
          [1, 2],
          [3, 1],
        ],
      },
    ],
  } as const

  it('says in words what it shows', () => {
    const html = chartHtml(chart)
    expect(html).toContain('<figcaption>loss</figcaption>')
    expect(html).toContain('role="img" aria-label="loss over step; in words below"')
    expect(html).toContain('<b>1</b>')
    expect(html).toContain('at step 3; 2 at step 1; between 1 and 2')
    expect(html).toContain('&lt;a&gt;')
    expect(html).not.toContain('<a>')
  })

  it('keeps every point within its frame, for any values', () => {
    const ranges: readonly (readonly number[])[] = [
      [0],
      [5, 5],
      [-3, 4],
      [1e-9, 1e9],
      [1e300, -1e300],
      [1e-12, 2e-12],
      [0.1, 0.3],
    ]
    for (const range of ranges) {
      const points = range.map((y, i) => [i, y] as const)
      const html = chartHtml({ ...chart, series: [{ ...chart.series[0], points }] })
      const [, drawn] = /points="([^"]*)"/.exec(html)!
      const places = drawn!.split(/[ ,]/).map(Number)
      for (const place of places) expect(place >= 0 && place <= 400, `${range}: ${drawn}`).toBe(true)
      expect(html).not.toMatch(/NaN|Infinity/)
      expect(html.match(/text-anchor="end"/g)!.length).toBeGreaterThan(0)
      expect(html.match(/text-anchor="end"/g)!.length).toBeLessThan(10)
    }
  })
})
