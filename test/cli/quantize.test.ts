import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { register } from '../../src/cli/quantize.js'
import {
  createNetwork,
  graph,
  initialize,
  type Network,
  readOnnx,
  writeOnnx,
} from '../../src/network/index.js'
import { termsOf } from '../../src/quantize/index.js'
import { openRun, readResult, resultSchema } from '../../src/runs/index.js'
import { expectLinked } from '../runs/linked-sections.js'
import { temporary } from '../runs/toy.js'
import { barsData } from './bars.js'
import { inProcess } from './in-process.js'
import { tandem } from './tandem-process.js'

const files = temporary()

function network(): Network {
  const net = graph('bars', [8, 8, 1])
  const block = (input: string, name: string, filters: number) =>
    net.activation(net.batchNorm(net.conv(input, { name, filters })))
  const last = block(block(block(net.input, 'stem', 8), 'inner', 12), 'outer', 8)
  net.softmax(net.dense(net.flatten(net.pool(last)), { name: 'classifier', units: 5 }), { name: 'softmax' })
  return initialize(net.finish(), 2)
}

function modelFile(name: string, made: Network): string {
  writeFileSync(join(files, name), writeOnnx(made))
  return join(files, name)
}

const model = modelFile('bars.onnx', network())
const data = barsData(join(files, 'bars'), 'bars', { train: 150 })
const SMALL = ['--data', data, '--batch', '32', '--precision', 'float32', '--seed', '3']
const FLIGHTNN = [
  'quantize',
  model,
  ...SMALL,
  '--scheme',
  'flightnn',
  '--constraint',
  'terms<=1.4',
  '--epochs',
  '3',
]

const root = temporary()
let whole: Awaited<ReturnType<typeof tandem>>
beforeAll(async () => {
  whole = await tandem([...FLIGHTNN, '--json', '--run', 'whole'], root)
}, 60_000)

describe('tandem quantize', () => {
  const folder = () => openRun(root, 'whole').folder

  it('ends with a network within the constraint, and all files of a run', () => {
    expect(whole.code, whole.stderr).toBe(0)
    for (const name of ['network.onnx', 'result.json', 'report.html', 'journal.ndjson'])
      expect(existsSync(join(folder(), name)), name).toBe(true)
    expectLinked(folder(), ['network-0', 'network-1'])
    const result = readResult(openRun(root, 'whole'))!
    expect(resultSchema.parse(JSON.parse(whole.stdout))).toEqual(result)
    const [solution] = result.solutions
    expect(result.asked).toEqual([{ metric: 'terms', op: '<=', bound: 1.4 }])
    expect(solution!.met).toBe(true)
    expect(solution!.cost.terms).toBeLessThanOrEqual(1.4)
    expect(Object.keys(solution!.accuracy!)).toEqual(['validation', 'test'])
    expect(result.baselines.map(({ name }) => name)).toEqual(['incoming'])
  })

  it('writes weights that are sums of powers of two, roundings and the softmax that there was', () => {
    const written = readOnnx(join(folder(), 'network.onnx'))
    const kernels = ['stem', 'inner', 'outer', 'classifier'].map(name => written.weights[`${name}/kernel`]!)
    const weights = kernels.reduce((sum, { data }) => sum + data.length, 0)
    const terms = kernels.reduce(
      (sum, kernel) =>
        sum + termsOf(kernel).reduce((a, k) => a + k, 0) * (kernel.data.length / kernel.shape.at(-1)!),
      0,
    )
    expect(terms / weights).toBeCloseTo(readResult(openRun(root, 'whole'))!.solutions[0]!.cost.terms!, 12)
    const types = written.layers.map(({ type }) => type)
    expect(types.filter(type => type === 'quantize')).toHaveLength(4)
    expect(types.at(-1)).toBe('softmax')
  })

  it('says what came in, what is asked, and every epoch', () => {
    expect(whole.stderr).toMatch(/bars: \d+\.\d % of the held-out images right/)
    expect(whole.stderr).toMatch(/terms<=1\.4: terms of 1\.4 at most, 2 with every term/)
    expect(whole.stderr).toMatch(/train flightnn 3\/3, cross-entropy \d.*, terms 1\.\d+, λ \d/)
    expect(whole.stderr).toMatch(/flightnn: network\.onnx, same logits in onnxruntime/)
  })

  it('trains a binary network from scratch, and draws what becomes signs', async () => {
    const net = ['vgg-small:0.02', ...SMALL, '--scheme', 'binary', '--epochs', '1', '--run', 'signs']
    const { code, stderr } = await tandem(['quantize', ...net], root)
    expect(code, stderr).toBe(0)
    const written = readOnnx(join(openRun(root, 'signs').folder, 'network.onnx'))
    expect(written.layers.filter(layer => layer.type === 'quantize' && layer.bits === 1)).toHaveLength(5)
    const { solutions, baselines } = readResult(openRun(root, 'signs'))!
    expect(solutions[0]!.files).toEqual({ network: 'network.onnx', packed: 'network.packed' })
    expect(baselines).toEqual([])
    const figures = readdirSync(join(openRun(root, 'signs').folder, 'figures'))
    expect(figures.some(name => name.includes('distribution-loss-of-what-becomes-signs'))).toBe(true)
  })
})

describe('several schemes in one run', () => {
  const both = [
    '--scheme',
    'int8',
    '--scheme',
    'flightnn',
    '--constraint',
    'terms<=1.4',
    '--constraint',
    'terms<=1.1',
  ]
  const argv = ['quantize', model, ...SMALL, ...both, '--epochs', '1', '--on', 'accelerator:edge-fp32']
  const runs = temporary()

  it('give a network each, priced on elements of its own', async () => {
    const { code, stderr, stdout } = await inProcess(register, [...argv, '--run', 'several'], runs)
    expect(code, stderr).toBe(0)
    const { solutions, baselines, asked } = readResult(openRun(runs, 'several'))!
    expect(solutions.map(({ name, files }) => [name, files!.network])).toEqual([
      ['int8', 'network-int8.onnx'],
      ['flightnn terms<=1.4', 'network-flightnn-terms-1.4.onnx'],
      ['flightnn terms<=1.1', 'network-flightnn-terms-1.1.onnx'],
    ])
    expect(asked).toEqual([])
    const [int8, more, less] = solutions.map(({ cost }) => cost)
    expect(less!.terms).toBeLessThanOrEqual(1.1)
    expect(more!.terms).toBeLessThanOrEqual(1.4)
    expect(more!.areaMm2).toBe(less!.areaMm2)
    expect(more!.energyMj).toBeGreaterThan(less!.energyMj!)
    // Of the network that came in, in floating point.
    expect(baselines[0]!.cost.areaMm2).toBeGreaterThan(2 * int8!.areaMm2!)
    expect(stdout).toMatch(/Priced on edge-fp32 with elements of each type/)
    const figures = readdirSync(join(openRun(runs, 'several').folder, 'figures'))
    expect(figures.some(name => name.includes('error-against-price'))).toBe(true)
  })

  it('the second does not know of the first: it ends as alone', async () => {
    const alone = [...SMALL, '--scheme', 'flightnn', '--constraint', 'terms<=1.4', '--epochs', '1']
    await inProcess(register, ['quantize', model, ...alone, '--run', 'alone'], runs)
    const bytes = (run: string, file: string) => readFileSync(join(openRun(runs, run).folder, file))
    expect(bytes('alone', 'network.onnx')).toEqual(bytes('several', 'network-flightnn-terms-1.4.onnx'))
  })
})

describe('wrong input', () => {
  const { weights } = network()
  const { shape, data: values } = weights['inner/kernel']!
  const empty = modelFile(
    'empty.onnx',
    createNetwork({
      ...network(),
      weights: { ...weights, 'inner/kernel': { shape, data: values.map(() => 0) } },
    }),
  )
  const fast = join(files, 'fast.yaml')
  writeFileSync(fast, 'name: fast\npeType: int8\nclockMhz: 900\n')
  const scheme = (name: string, ...more: string[]) => [...SMALL, '--scheme', name, ...more]

  it.each([
    ['without data', [model, '--scheme', 'int8'], /--data <data>' is needed/],
    ['without a scheme', [model, ...SMALL], /--scheme <name>' is needed/],
    [
      'of a scheme that is none',
      [model, ...scheme('int7')],
      /argument 'int7' is invalid. Allowed choices are int16, int8/,
    ],
    [
      'with a constraint that is none',
      [model, ...scheme('flightnn', '--constraint', 'terms<1')],
      /constraint "terms<1": expected/,
    ],
    [
      'with a constraint that int8 cannot keep',
      [model, ...scheme('int8', '--constraint', 'terms<=1')],
      /only flightnn can keep it/,
    ],
    [
      'priced on this machine',
      [model, ...scheme('int8', '--on', 'host')],
      /schemes are priced on accelerator:FILE/,
    ],
    [
      'priced at a clock that its elements do not reach',
      [model, ...scheme('int16', '--on', `accelerator:${fast}`)],
      /clockMhz 900 is too fast/,
    ],
    ['by a scheme given twice', [model, ...scheme('int8', '--scheme', 'all')], /int8 is given twice/],
    [
      'with a constraint given twice',
      [model, ...scheme('flightnn', '--constraint', 'terms<=1.4', '--constraint', 'terms<=1.4')],
      /"terms<=1.4" is given twice/,
    ],
    [
      'with a loss for signs',
      [model, ...scheme('int8', '--distribution-loss', 'paper')],
      /only signs have one/,
    ],
    ['with a percentile above 100', [model, ...scheme('int8', '--percentile', '101')], /Expected per cent/],
    ['of a layer without weights', [empty, ...scheme('int8')], /layer "inner": all its weights are 0/],
    ['of a ResNet of no depth', ['resnet21', ...scheme('int8')], /depth 6n \+ 2/],
    [
      'of images that do not fit',
      ['resnet20', ...scheme('int8')],
      /takes images of 32×32×3, and .* has 8×8×1/,
    ],
  ])('%s is refused, and nothing written', async (_, argv, message) => {
    const nothing = temporary()
    const { code, stderr } = await inProcess(register, ['quantize', ...argv], nothing)
    expect(stderr).toMatch(message)
    expect(code).toBe(2)
    expect(readdirSync(nothing)).toEqual([])
  })
})
