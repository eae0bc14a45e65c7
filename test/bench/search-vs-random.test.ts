import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run } from '../../bench/search-vs-random.js'
import { openRun, readResult } from '../../src/runs/index.js'
import { barsData } from '../cli/bars.js'
import { shapesFiles } from '../cli/shapes.js'
import { temporary } from '../runs/toy.js'

describe('search-vs-random', () => {
  it('compares two searches with random networks of equal latency, writes what all came to, and does nothing twice', async () => {
    const root = temporary()
    process.env['TANDEM_RUNS'] = root
    const { space, table, docs } = shapesFiles(root)
    const options = {
      ...{ data: barsData(join(root, 'bars'), 'bars', { train: 300 }), space, on: `table:${table}` },
      ...{ target: '0.44445', seeds: '2', baselines: '2', epochs: '2', warmup: '1', docs },
      ...{ 'train-epochs': '1', batch: '32', precision: 'float32' },
    }
    const { rows } = await run(options)

    // From 0.7 ms, one block of 3×3-e3, to 2.5.
    const [first, second] = ['versus-0', 'versus-1'].map(name => readResult(openRun(root, name))!)
    expect(first!.asked).toEqual([{ metric: 'latency', op: '<=', bound: 1.5 }])
    expect(first!.baselines).toEqual([])
    const random = second!.baselines.filter(({ name }) => name.startsWith('random-'))
    for (const { cost } of random) expect(cost.latencyMs).toBeGreaterThanOrEqual(0.97 * 1.5)
    const tests = [first!, second!].map(({ solutions }) => solutions[0]!.accuracy!.test!)
    const sum = random.reduce((sum, { accuracy }) => sum + accuracy!.test!, 0)
    expect(rows[0]).toMatchObject({
      case: 'seed 0, median of 2 random: test accuracy',
      ours: tests[0],
      theirs: sum / 2,
    })
    expect(rows[2]!.case).toMatch(/^mean of 2 seeds, ± \S+, median of 2 random: test accuracy$/)
    expect(rows[2]!.ours).toBeCloseTo((tests[0]! + tests[1]!) / 2, 12)
    const time = rows.find(({ case: name }) => name.startsWith('seed 1, s: search'))!
    expect(time.ours).toBeGreaterThan(0)
    expect(time.theirs).toBeGreaterThan(0)

    const csv = readFileSync(join(docs, 'data', 'search-vs-random.csv'), 'utf8')
      .trim()
      .split(/\r?\n/)
    expect(csv).toHaveLength(1 + 1 + 1 + second!.baselines.length)
    expect(csv[2]).toMatch(/^versus-1,1,found,/)
    expect(readFileSync(join(docs, 'images', 'search-vs-random.svg'), 'utf8')).toMatch(/^<svg/)

    const written = () => statSync(join(root, 'versus-0', 'journal.ndjson')).mtimeMs
    const before = written()
    expect((await run(options)).rows).toEqual(rows)
    expect(written()).toBe(before)
  }, 240_000)

  it('names the option that is wrong', async () => {
    await expect(run({})).rejects.toThrow('--data cifar10:DIR is needed')
    await expect(run({ data: 'x', target: '2' })).rejects.toThrow('--target takes a number above 0')
    await expect(run({ data: 'x', on: 'host' })).rejects.toThrow('--on takes table:FILE here, got "host"')
  })
})
