import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run } from '../../bench/outer-search.js'
import { openRun, readJournal, readResult } from '../../src/runs/index.js'
import { barsData } from '../cli/bars.js'
import { shapesFiles } from '../cli/shapes.js'
import { temporary } from '../runs/toy.js'

describe('outer-search', () => {
  it('compares an outer search with a controlled multiplier at the same target, and writes what both came to', async () => {
    const root = temporary()
    process.env['TANDEM_RUNS'] = root
    const { space, table, docs } = shapesFiles(root)
    const { rows } = await run({
      ...{ data: barsData(join(root, 'bars'), 'bars', { train: 300 }), space, on: `table:${table}` },
      ...{ target: '0.5', samples: '2', epochs: '2', warmup: '1', 'outer-epochs': '2', docs },
      ...{ 'train-epochs': '1', batch: '32', precision: 'float32' },
    })
    const [controlled, outer] = ['solver-controlled-0', 'solver-outer-0'].map(name => openRun(root, name))
    const samples = readJournal(outer!).filter(({ entry }) => 'sample' in entry)
    expect(samples).toHaveLength(2)
    const [theirs, ours] = [controlled!, outer!].map(run => readResult(run)!.solutions[0]!)
    expect(rows.map(({ case: name }) => name)).toEqual([
      'seed 0: search, s',
      'seed 0: decisions alone, ms, where 1.6 was asked',
      'seed 0: found network, ms',
      'seed 0: held-out accuracy',
      'seed 0: test accuracy',
    ])
    expect(rows[0]!.ours).toBeGreaterThan(0)
    expect(samples.map(({ entry }) => (entry['price'] as number[])[0])).toContain(rows[1]!.ours)
    expect(rows[2]).toMatchObject({ ours: ours!.cost.latencyMs, theirs: theirs!.cost.latencyMs })
    expect(rows[4]).toMatchObject({ ours: ours!.accuracy!.test, theirs: theirs!.accuracy!.test })
    const csv = readFileSync(join(docs, 'data', 'outer-search.csv'), 'utf8')
      .trim()
      .split(/\r?\n/)
    expect(csv).toHaveLength(3)
    expect(csv[1]).toMatch(/^solver-controlled-0,controlled,0,1,1\.6,(yes|no),/)
    expect(csv[2]).toMatch(/^solver-outer-0,outer,0,2,1\.6,(yes|no),/)
  }, 240_000)

  it('names the option that is wrong', async () => {
    await expect(run({})).rejects.toThrow('--data cifar10:DIR is needed')
    await expect(run({ data: 'x', samples: '0' })).rejects.toThrow('--samples takes a whole number above 0')
  })
})
