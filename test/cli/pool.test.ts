import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { register } from '../../src/cli/pool.js'
import { count, graph, initialize, type Network, readOnnx, writeOnnx } from '../../src/network/index.js'
import { poolConvolutions, pooledConvolutions } from '../../src/pool/plan-index.js'
import { openRun, readJournal, readResult, resultSchema } from '../../src/runs/index.js'
import { expectLinked } from '../runs/linked-sections.js'
import { temporary } from '../runs/toy.js'
import { barsData } from './bars.js'
import { barsNetwork as network } from './bars-network.js'
import { importedModules } from './imported-modules.js'
import { expectRefused, inProcess } from './in-process.js'
import { tandem } from './tandem-process.js'

const files = temporary()

function modelFile(name: string, made: Network): string {
  writeFileSync(join(files, name), writeOnnx(made))
  return join(files, name)
}

const model = modelFile('bars.onnx', network('bars'))
const data = barsData(join(files, 'bars'), 'bars', { train: 150 })
const GOOD = [
  ...[model, '--data', data, '--images', '10', '--batch', '32', '--precision', 'float32'],
  ...['--epochs', '2', '--seed', '3', '--group-size', '2'],
]

const pool = (argv: readonly string[], root: string) => tandem(['pool', ...argv], root)
const poolHere = (argv: readonly string[], root: string) => inProcess(register, ['pool', ...argv], root)

const accountOf = (root: string, name: string) =>
  JSON.parse(readFileSync(join(openRun(root, name).folder, 'pooling.json'), 'utf8'))

const root = temporary()
let whole: Awaited<ReturnType<typeof tandem>>
beforeAll(async () => {
  whole = await pool([...GOOD, '--json', '--run', 'whole'], root)
}, 60_000)

describe('tandem pool', () => {
  it('ends with a network for each round, measured and seen by the test split, and all files of a run', () => {
    expect(whole.code, whole.stderr).toBe(0)
    const { folder } = openRun(root, 'whole')
    const { asked, solutions, baselines } = readResult(openRun(root, 'whole'))!
    expect(asked).toEqual([])
    expect(solutions.map(({ name, files }) => [name, files!.network])).toEqual([
      ['round 1', 'network-round-1.onnx'],
      ['round 2', 'network-round-2.onnx'],
    ])
    for (const name of ['pooling.json', 'report.html', 'journal.ndjson', 'network-round-2.onnx'])
      expect(existsSync(join(folder, name)), name).toBe(true)
    expectLinked(folder, ['network-0', 'network-1', 'network-2'])
    for (const { measured, accuracy } of [...solutions, ...baselines]) {
      expect(measured!.latencyMs!).toBeGreaterThan(0)
      expect(Object.keys(accuracy!)).toEqual(['validation', 'test'])
    }
    expect(baselines.map(({ name }) => name)).toEqual(['incoming'])
    const report = readFileSync(join(folder, 'report.html'), 'utf8')
    for (const title of [
      'Accuracy against latency',
      'Sensitivity of each convolution',
      'Convolutions, each pooled alone',
    ])
      expect(report).toContain(title)
  })

  it('with --json prints the result and nothing else', () => {
    expect(resultSchema.parse(JSON.parse(whole.stdout))).toEqual(readResult(openRun(root, 'whole')))
  })

  it('writes networks that can be read, pooled where the account says, and an account of each convolution', () => {
    const { rounds, layers, incoming } = accountOf(root, 'whole')
    const pooled: string[] = []
    for (const [i, { layers }] of rounds.entries()) {
      pooled.push(...layers)
      const read = readOnnx(join(openRun(root, 'whole').folder, `network-round-${i + 1}.onnx`))
      expect(
        pooledConvolutions(read)
          .map(({ layer }) => layer)
          .toSorted(),
      ).toEqual(pooled.toSorted())
      expect(count(read).macs).toBe(count(poolConvolutions(network('bars'), pooled)).macs)
    }
    expect(layers.map(({ layer }: { layer: string }) => layer)).toEqual(['stem', 'inner', 'outer'])
    for (const { round, macs, measured, loss, accuracy } of layers) {
      expect(rounds[round - 1].layers.length).toBeGreaterThan(0)
      expect(macs).toBeGreaterThan(0)
      for (const value of [measured, loss, accuracy]) expect(Number.isFinite(value)).toBe(true)
    }
    for (const { measured } of [incoming, ...rounds])
      expect(measured.map(({ batch }: { batch: number }) => batch)).toEqual([1, 32])
  })

  it('says what came in, what each convolution saves and harms, every round and every epoch', () => {
    const { stderr } = whole
    expect(stderr).toMatch(/bars: macs [\d.]+ K, \d+\.\d % of the held-out images right/)
    expect(stderr).toMatch(/inner: pooled alone, cross-entropy [+−]/)
    expect(stderr).toMatch(/train round 2 2\/2, cross-entropy/)
    expect(stderr).toMatch(/round 2: 3\.\d\d times fewer MACs, [\d.]+ % of the held-out images right/)
  })

  it('goes on from what it wrote, and keeps the softmax of a model that has one', async () => {
    const pooled = poolConvolutions(network('soft', { softmax: true }), ['stem'])
    const file = modelFile('softmax.onnx', pooled)
    const argv = [file, '--data', data, '--images', '10', '--epochs', '0', '--rounds', '1', '--run', 'soft']
    const { code, stderr } = await pool(argv, root)
    expect(code, stderr).toBe(0)
    const read = readOnnx(join(openRun(root, 'soft').folder, 'network-round-1.onnx'))
    expect(read.layers.at(-1)!.type).toBe('softmax')
    expect(pooledConvolutions(read).map(({ layer }) => layer)).toEqual(['stem', 'inner', 'outer'])
    expect(accountOf(root, 'soft').rounds[0].layers.toSorted()).toEqual(['inner', 'outer'])
  })

  it('ends with code 3 where a bound is out of reach, and with what came closest', async () => {
    const argv = [...GOOD.slice(0, -2), '--epochs', '0', '--on', 'accelerator:edge-int8', '--rounds', '2']
    const { code, stderr, stdout } = await pool([...argv, '--min-speedup', '9', '--run', 'far'], root)
    expect(code).toBe(3)
    expect(stderr).toMatch(/Warning: 9 times as fast is out of reach/)
    expect(stdout).toMatch(/Asked for: speedup >= 9 times/)
    const { solutions, asked } = readResult(openRun(root, 'far'))!
    expect(asked).toEqual([{ metric: 'speedup', op: '>=', bound: 9 }])
    expect(solutions.every(({ met }) => !met)).toBe(true)
    const closest = solutions.at(-1)!
    expect(stderr).toContain(`No solution meets what was asked. The closest, ${closest.name}: speedup`)
    expect(closest.cost.latencyMs!).toBeLessThan(
      readResult(openRun(root, 'far'))!.baselines[0]!.cost.latencyMs!,
    )
    expect(existsSync(join(openRun(root, 'far').folder, closest.files!.network!))).toBe(true)
  })

  it('by measuring on this machine pools what is faster for it, or ends with code 3 where nothing is', async () => {
    const argv = [...GOOD.slice(0, -2), '--epochs', '0', '--on', 'host', '--rounds', '1', '--run', 'host']
    const { code, stderr } = await pool(argv, root)
    const { solutions } = readResult(openRun(root, 'host'))!
    expect(code, stderr).toBe(solutions.length > 0 ? 0 : 3)
    if (code === 3) expect(stderr).toMatch(/no convolution saves anything when it is pooled/)
    const rounds: { layers: string[] }[] = accountOf(root, 'host').rounds
    const entries = readJournal(openRun(root, 'host')).map(
      ({ entry }) => entry as Record<string, number | string>,
    )
    const gains = entries.filter(entry => 'gain' in entry)
    expect(gains).toHaveLength(3)
    for (const { gain, before, after, doubt } of gains)
      expect(rounds.some(({ layers }) => layers.includes(gain as string))).toBe(
        Number(before) - Number(after) > Number(doubt),
      )
  })
})

describe('tandem pool --explain', () => {
  it('prints what each convolution would save and loads no TensorFlow, and makes no run', () => {
    const empty = temporary()
    const argv = ['pool', model, '--explain', '--on', 'accelerator:edge-int8']
    const { stdout, status, modules } = importedModules(argv, empty)
    expect(status).toBe(0)
    expect(stdout).toMatch(/^convolution +MACs saved, % +latency saved on the accelerator, %/)
    expect(stdout).toMatch(/\nstem +[\d.]+ +-?[\d.]+/)
    expect(stdout).toMatch(/All of them: \d\.\d\d times as fast/)
    expect(modules.some(url => url.endsWith('/src/pool/plan-index.js'))).toBe(true)
    expect(modules.filter(url => /tfjs|\/src\/engine\/index/.test(url))).toEqual([])
    expect(readdirSync(empty)).toEqual([])
  })

  it('with data also what each would lose, as JSON where asked', async () => {
    const { code, stdout } = await poolHere(
      [model, '--explain', '--data', data, '--images', '10', '--json'],
      temporary(),
    )
    expect(code).toBe(0)
    const accounts = JSON.parse(stdout)
    expect(accounts.map(({ layer }: { layer: string }) => layer)).toEqual(['stem', 'inner', 'outer'])
    for (const { loss, accuracy, error, macs } of accounts) {
      for (const value of [loss, accuracy]) expect(Number.isFinite(value)).toBe(true)
      expect(error).toBeGreaterThan(0)
      expect(macs).toBeGreaterThan(0)
    }
  })
})

describe('wrong input', () => {
  const large = barsData(join(files, 'large'), 'large', { train: 150, size: 9 })
  const many = barsData(join(files, 'many'), 'many', { train: 150, classes: 7 })
  const net = graph('vector', [8, 8, 1])
  net.dense(net.flatten(net.input), { units: 5 })
  const vector = modelFile('vector.onnx', initialize(net.finish(), 1))
  const DATA = ['--data', data]

  it.each([
    ['a file that is not there', [join(files, 'none.onnx'), ...DATA], /none\.onnx/],
    [
      'a network without convolutions',
      [vector, ...DATA],
      /nothing that can be pooled: it has no convolutions/,
    ],
    ['the same to explain', [vector, '--explain'], /nothing that can be pooled/],
    ['no data', [model], /--data is needed.*or --explain/],
    ['data that are not there', [model, '--data', `idx:${files}/none`], /none\/train-images.*no such file/],
    ['images of another size', [model, '--data', large], /takes images of 8×8×1, and large has 9×9×1/],
    ['another number of classes', [model, '--data', many], /tells 5 classes apart, and many has 7/],
    ['a batch larger than the data', [model, ...DATA, '--batch', '500'], /do not fill one batch of 500/],
    [
      'a speed without anything to tell it',
      [model, ...DATA, '--min-speedup', '2'],
      /--on accelerator:FILE or host/,
    ],
    [
      'a speed that the model has',
      [model, ...DATA, '--on', 'host', '--min-speedup', '1'],
      /--min-speedup 1: the model is that fast/,
    ],
    ['a negative drop', [model, ...DATA, '--max-drop', '-1'], /Expected points from 0 to 100/],
    ['no rounds', [model, ...DATA, '--rounds', '0'], /Expected a whole number, 1 or more/],
    ['an unknown order', [model, ...DATA, '--order', 'size'], /sensitivity, error, random/],
    [
      'a device table',
      [model, ...DATA, '--on', 'table:pixel1'],
      /search space alone; use accelerator:FILE or host/,
    ],
    [
      'an unknown way to price',
      [model, ...DATA, '--on', 'phone'],
      /a pooling is priced on accelerator:FILE or host/,
    ],
    ['a mean alone', [model, ...DATA, '--mean', '0.5'], /--mean and --std go together/],
    ['a name that is none', [model, ...DATA, '--run', '../x'], /cannot be the name of a run/],
  ] as [string, string[], RegExp][])(
    '%s: code 2, what is wrong, and nothing is written',
    (_, argv, message) => expectRefused(register, ['pool', ...argv], message),
  )
})
