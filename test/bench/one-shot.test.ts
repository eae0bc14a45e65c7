import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run } from '../../bench/one-shot.js'
import { kendall, spearman } from '../../src/cost/index.js'
import { barsData } from '../cli/bars.js'
import { SHAPES } from '../cli/shapes.js'
import { temporary } from '../runs/toy.js'

describe('one-shot', () => {
  it('correlates scores and MACs with the accuracy of networks trained alone, once, and writes table and figure', async () => {
    const root = temporary()
    process.env['TANDEM_RUNS'] = root
    const [space, docs] = ['shapes.yaml', 'docs'].map(file => join(root, file)) as [string, string]
    writeFileSync(space, SHAPES)
    const options = {
      ...{ data: barsData(join(root, 'bars'), 'bars', { train: 300 }), space, docs, nets: '5' },
      ...{ epochs: '2', 'train-epochs': '2', batch: '32', images: '30', name: 'correlated' },
    }
    const first = await run(options)
    const lines = readFileSync(join(docs, 'data', 'one-shot.csv'), 'utf8')
      .trim()
      .split(/\r?\n/)
    const rows = lines.slice(1).map(line => line.split(','))
    expect(rows.map(([name]) => name)).toEqual(['net-1', 'net-2', 'net-3', 'net-4', 'net-5'])
    expect(new Set(rows.map(cells => cells[6])).size).toBe(5)
    const column = (i: number) => rows.map(cells => Number(cells[i]))
    const [macs, score, crossEntropy, , test] = [1, 2, 3, 4, 5].map(column) as number[][]
    expect(macs!.at(-1)! / macs![0]!).toBeGreaterThan(1.5)
    const named = new Map(first.rows.map(row => [row.case, row]))
    expect(named.get('Kendall τ with accuracy on test images: score, MACs')).toMatchObject({
      ours: kendall(score!, test!),
      theirs: kendall(macs!, test!),
    })
    expect(named.get('Spearman ρ with accuracy on test images: −cross-entropy, MACs')).toMatchObject({
      ours: spearman(
        crossEntropy!.map(value => -value),
        test!,
      ),
      theirs: spearman(macs!, test!),
    })
    expect(readFileSync(join(docs, 'images', 'one-shot.svg'), 'utf8')).toContain('</svg>')
    expect(await run(options)).toEqual(first)
    await expect(run({ ...options, nets: '4' })).rejects.toThrow('was begun with other options')
  }, 240_000)

  it('names the option that is wrong', async () => {
    await expect(run({})).rejects.toThrow('--data cifar10:DIR is needed')
    await expect(run({ data: 'x', share: '2' })).rejects.toThrow('--share takes a number above 0')
  })
})
