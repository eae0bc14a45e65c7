import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run } from '../../bench/one-shot.js'
import { kendall, spearman } from '../../src/cost/index.js'
import { barsData } from '../cli/bars.js'
import { SHAPES } from '../cli/shapes.js'
import { temporary } from '../runs/toy.js'

/** A folder for runs with data and a space, what is the same in every call, and the rows of the table as it is then. */
function workplace() {
  const root = temporary()
  process.env['TANDEM_RUNS'] = root
  const [space, docs] = ['shapes.yaml', 'docs'].map(file => join(root, file)) as [string, string]
  writeFileSync(space, SHAPES)
  const data = barsData(join(root, 'bars'), 'bars', { train: 300 })
  const table = () =>
    readFileSync(join(docs, 'data', 'one-shot.csv'), 'utf8')
      .trim()
      .split(/\r?\n/)
      .slice(1)
      .map(line => line.split(','))
  return { root, docs, small: { data, space, docs, batch: '32' }, table }
}

describe('one-shot', () => {
  it('correlates scores and MACs with the accuracy of networks trained alone, once, and writes table and figure', async () => {
    const { small, docs, table } = workplace()
    const options = {
      ...{ ...small, nets: '5', epochs: '2', 'train-epochs': '2' },
      ...{ images: '30,20', name: 'correlated' },
    }
    const first = await run(options)
    const rows = table()
    expect(rows).toHaveLength(10)
    const byThirty = rows.filter(([supernet, images]) => supernet === 'correlated' && images === '30')
    expect(byThirty.map(cells => cells[2])).toEqual(['net-1', 'net-2', 'net-3', 'net-4', 'net-5'])
    expect(new Set(byThirty.map(cells => cells[8])).size).toBe(5)
    const column = (i: number) => byThirty.map(cells => Number(cells[i]))
    const [macs, score, crossEntropy, test] = [3, 4, 5, 7].map(column) as number[][]
    expect(macs!.at(-1)! / macs![0]!).toBeGreaterThan(1.5)
    const named = new Map(first.rows.map(row => [row.case, row]))
    expect(
      named.get('Kendall τ with accuracy on test images: accuracy by correlated on 30 images, MACs'),
    ).toMatchObject({
      ours: kendall(score!, test!),
      theirs: kendall(macs!, test!),
    })
    expect(
      named.get('Spearman ρ with accuracy on test images: −cross-entropy by correlated on 30 images, MACs'),
    ).toMatchObject({
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

  it('scores the networks of one run by several supernets, whose training they do not see', async () => {
    const { root, small, table } = workplace()
    const options = { ...small, nets: '3', 'train-epochs': '1', images: '30' }
    await run({ ...options, epochs: '1', name: 'short' })
    const short = table()
    await run({ ...options, epochs: '3', name: 'long' })
    const long = table()
    expect(long.map(cells => cells[4])).not.toEqual(short.map(cells => cells[4]))
    const { rows } = await run({ ...options, supernet: 'long,short', name: 'both' })
    expect(table()).toEqual([...long, ...short])
    await expect(run({ ...options, supernet: 'long,none', name: 'never' })).rejects.toThrow('no such file')
    expect(readdirSync(root)).not.toContain('never')
    expect(rows).toHaveLength(16)
    const kept = readFileSync(join(root, 'both', 'supernet.safetensors'))
    expect(kept.equals(readFileSync(join(root, 'long', 'supernet.safetensors')))).toBe(true)
  }, 240_000)

  it('names the option that is wrong', async () => {
    await expect(run({})).rejects.toThrow('--data cifar10:DIR is needed')
    await expect(run({ data: 'x', share: '2' })).rejects.toThrow('--share takes a number above 0')
  })
})
