import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run } from '../../bench/quantize.js'
import { graph, initialize, writeOnnx } from '../../src/network/index.js'
import { SCHEMES } from '../../src/quantize/plan-index.js'
import { barsData } from '../cli/bars.js'
import { temporary } from '../runs/toy.js'

const root = temporary()
process.env['TANDEM_RUNS'] = root
const docs = join(root, 'docs')

function model(): string {
  const net = graph('bars', [8, 8, 1])
  const last = net.activation(net.batchNorm(net.conv(net.input, { name: 'first', filters: 8 })))
  net.dense(net.flatten(net.pool(last)), { name: 'classifier', units: 5 })
  const file = join(root, 'bars.onnx')
  writeFileSync(file, writeOnnx(initialize(net.finish(), 1)))
  return file
}

const linesOf = (name: string) =>
  readFileSync(join(docs, 'data', `${name}.csv`), 'utf8')
    .trim()
    .split(/\r?\n/)
    .map(line => line.split(','))

const options = {
  ...{
    data: barsData(join(root, 'bars'), 'bars', { train: 150 }),
    docs,
    seeds: '1',
    epochs: '1',
    batch: '32',
  },
  ...{ normalize: 'own', precision: 'float32', 'signs-epochs': '1', 'signs-networks': 'vgg-small:0.02' },
}

describe('quantize', () => {
  it('trains every scheme, three bounds on terms and the float network alike, and prices them', async () => {
    const given = { ...options, model: model() }
    await run({ ...given, only: 'quantize' })
    const { rows } = await run({ ...given, only: 'float' })
    const fixed = SCHEMES.filter(name => !name.startsWith('binary') && name !== 'flightnn')
    const bounds = [1.6, 1.4, 1.2].map(terms => `flightnn terms<=${terms}`)
    expect(rows.map(({ case: name }) => name.split(':')[0])).toEqual([...fixed, ...bounds])
    const [columns, ...lines] = linesOf('quantize')
    const of = (scheme: string, column: string) =>
      Number(lines.find(line => line[2] === scheme)![columns!.indexOf(column)])
    for (const scheme of [...fixed, ...bounds]) expect(of(scheme, 'energy_mj')).toBeGreaterThan(0)
    expect(of(bounds[2]!, 'terms')).toBeLessThanOrEqual(1.2)
    expect(of('float trained', 'test')).toBeLessThanOrEqual(1)
    expect(readFileSync(join(docs, 'images', 'quantize.svg'), 'utf8')).toMatch(/^<svg/)
  }, 120_000)

  it('trains networks of signs with the distribution loss and without', async () => {
    await run({ ...options, only: 'signs-vgg-small-0.02-paper-rmsprop-0.001-' })
    const { rows } = await run({ ...options, only: 'signs-vgg-small-0.02-none-rmsprop-0.001-' })
    expect(rows.map(({ case: name }) => name)).toEqual([
      'vgg-small:0.02, rmsprop 0.001: mean test accuracy with the distribution loss, and without',
    ])
    expect(linesOf('quantize-signs').map(line => line[3])).toEqual(['loss', 'paper', 'none'])
  }, 120_000)

  it('names the option that is wrong', async () => {
    await expect(run({})).rejects.toThrow('--data cifar10:DIR is needed')
  })
})
