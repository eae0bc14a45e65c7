import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run } from '../../bench/vip.js'
import { graph, initialize, writeOnnx } from '../../src/network/index.js'
import { barsData } from '../cli/bars.js'
import { temporary } from '../runs/toy.js'

const root = temporary()
process.env['TANDEM_RUNS'] = root
const docs = join(root, 'docs')

function model(name: string, filters: number): string {
  const net = graph(name, [8, 8, 1])
  let last = net.input
  for (const layer of ['first', 'second', 'third'])
    last = net.activation(net.batchNorm(net.conv(last, { name: layer, filters })))
  net.dense(net.flatten(net.pool(last)), { name: 'classifier', units: 5 })
  const file = join(root, `${name}.onnx`)
  writeFileSync(file, writeOnnx(initialize(net.finish(), 1)))
  return file
}

const csvOf = (name: string) =>
  readFileSync(join(docs, 'data', `${name}.csv`), 'utf8')
    .trim()
    .split(/\r?\n/)

describe('vip', () => {
  it('pools by sensitivity, at random and after pruning, writes every round, and does nothing twice', async () => {
    const data = barsData(join(root, 'bars'), 'bars', { train: 150 })
    const options = {
      ...{ data, vgg: model('plain', 24), pruned: model('narrow', 16), 'pruned-of': 'vgg', docs },
      ...{ seeds: '1', epochs: '1', batch: '32', images: '10', 'group-size': '2', normalize: 'own' },
      ...{ precision: 'float32' },
    }
    const { rows } = await run(options)
    expect(rows.map(({ case: name }) => name).filter(name => name.startsWith('vgg, round 1'))).toEqual([
      'vgg, round 1: test accuracy, by sensitivity and at random, means of 1 and 1 seeds',
      'vgg, round 1: ms of one image, by sensitivity and at random',
      'vgg, round 1, pruned before: test accuracy, pooled and as it came in',
    ])
    const [columns, ...lines] = csvOf('vip').map(line => line.split(','))
    const cell = (line: readonly string[], name: string) => line[columns!.indexOf(name)]!
    const of = (name: string) => lines.filter(line => cell(line, 'run') === name)
    for (const name of ['vip-vgg-0', 'vip-vgg-random-0', 'vip-pruned-0']) {
      const [incoming, ...rounds] = of(name)
      expect(incoming!.every(text => text !== '' || cell(incoming!, 'pools') === '')).toBe(true)
      expect(Number(cell(incoming!, 'macs_ratio'))).toBe(1)
      expect(rounds.length).toBeGreaterThan(0)
      for (const line of rounds) {
        expect(line.every(text => text !== '')).toBe(true)
        expect(Number(cell(line, 'macs_ratio'))).toBeGreaterThan(1)
        expect(Number(cell(line, 'accelerator_ms'))).toBeLessThan(Number(cell(incoming!, 'accelerator_ms')))
      }
    }
    expect(cell(of('vip-pruned-0')[0]!, 'order')).toBe('pruned before')
    expect(readFileSync(join(docs, 'images', 'vip.svg'), 'utf8')).toMatch(/^<svg/)

    const written = () => statSync(join(root, 'vip-vgg-0', 'journal.ndjson')).mtimeMs
    const before = written()
    expect((await run(options)).rows).toEqual(rows)
    expect(written()).toBe(before)
  }, 120_000)

  it('accounts for each convolution of a model alone', async () => {
    const { rows } = await run({ part: 'layers', model: model('wide', 32), pairs: '4', docs })
    expect(rows.map(({ case: name }) => name.split(':')[0])).toEqual(['first', 'second', 'third'])
    expect(rows[1]!.ours).toBeGreaterThan(0.3)
    const [columns, ...lines] = csvOf('vip-layers-wide')
    expect(columns).toBe('layer,macs_saved,of_all_macs,ms_before,ms_pooled,doubt_ms,of_latency')
    expect(Number(lines[2]!.split(',')[1])).toBe((3 / 4) * 64 * 9 * 32 * 32)
    expect(readFileSync(join(docs, 'images', 'vip-layers-wide.svg'), 'utf8')).toMatch(/^<svg/)
  })

  it('names the option that is wrong', async () => {
    await expect(run({})).rejects.toThrow('one of --vgg, --resnet and --pruned')
    await expect(run({ part: 'rounds' })).rejects.toThrow('--part takes layers, got "rounds"')
  })
})
