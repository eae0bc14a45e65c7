import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run } from '../../bench/search-targets.js'
import { performAll, resultOf } from '../../bench/sides/tandem-run.js'
import { barsData } from '../cli/bars.js'
import { shapesFiles } from '../cli/shapes.js'
import { temporary } from '../runs/toy.js'

describe('search-targets', () => {
  it('asks one supernet for a network at each target, side by side too, and writes what came of them', async () => {
    const root = temporary()
    process.env['TANDEM_RUNS'] = root
    const { space, table, docs } = shapesFiles(root)
    const data = barsData(join(root, 'bars'), 'bars', { train: 300 })
    const common = ['--space', space, '--data', data, '--batch', '32', '--precision', 'float32']
    const small = ['--epochs', '1', '--train-epochs', '1', '--candidates', '1', '--generations', '0']
    const args = ['search', '--method', 'one-shot', ...common, ...small, '--constraint', 'macs<=100%']
    await performAll([{ name: 'shared', args }], {})

    const options = {
      ...{ data, space, docs, on: `table:${table}`, supernet: 'shared', targets: '0.5,1', workers: '2' },
      ...{ candidates: '4', generations: '1', 'train-epochs': '2', batch: '32', precision: 'float32' },
    }
    const { rows } = await run(options)
    const results = ['targets-0.5', 'targets-1'].map(resultOf)
    // From 0.7 ms, one block of 3×3-e3, to 2.5.
    expect(results.map(({ asked }) => asked[0]!.bound)).toEqual([1.6, 2.5])
    expect(rows.map(({ ours }) => ours)).toEqual(results.map(({ solutions }) => solutions[0]!.accuracy!.test))
    for (const { theirs } of rows) expect(theirs).toBeLessThanOrEqual(1)
    const lines = readFileSync(join(docs, 'data', 'search-targets.csv'), 'utf8')
      .trim()
      .split(/\r?\n/)
    expect(lines).toHaveLength(3)
    expect(lines[2]).toMatch(/^targets-1,2\.5,found,2\.5,1,/)
    expect(readFileSync(join(docs, 'images', 'search-targets.svg'), 'utf8')).toMatch(/^<svg/)
    expect((await run(options)).rows).toEqual(rows)
  }, 240_000)

  it('names what is missing, and the run that failed', async () => {
    await expect(run({ data: 'x' })).rejects.toThrow('--data cifar10:DIR and --supernet RUN are needed')
    process.env['TANDEM_RUNS'] = temporary()
    const failing = performAll([{ name: 'none', args: ['search', '--space', 'none'] }], {})
    await expect(failing).rejects.toThrow('none ended with exit code')
  }, 60_000)
})
