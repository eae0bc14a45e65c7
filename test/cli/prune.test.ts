import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { register } from '../../src/cli/prune.js'
import { inferShapes, type Network, readOnnx, writeOnnx } from '../../src/network/index.js'
import { readRanking } from '../../src/prune/plan-index.js'
import { openRun, readResult, resultSchema } from '../../src/runs/index.js'
import { expectLinked } from '../runs/linked-sections.js'
import { temporary } from '../runs/toy.js'
import { barsData } from './bars.js'
import { barsNetwork as network } from './bars-network.js'
import { expectRefused } from './in-process.js'
import { tandem } from './tandem-process.js'

const files = temporary()

const dataSet = (name: string, options: { classes?: number; size?: number } = {}) =>
  barsData(join(files, name), name, { train: 150, ...options })

function modelFile(name: string, made: Network): string {
  writeFileSync(join(files, name), writeOnnx(made))
  return join(files, name)
}

const model = modelFile('bars.onnx', network('bars'))
const data = dataSet('bars')
const SMALL = [
  '--evaluations',
  '6',
  '--population',
  '4',
  '--images',
  '10',
  '--batch',
  '32',
  '--precision',
  'float32',
]
/** Later options win, but for --budget. */
const GOOD = [model, '--data', data, ...SMALL, '--epochs', '2', '--seed', '3']
const BUDGETS = ['--budget', 'macs<=60%', '--budget', 'params<=400']

const prune = (argv: readonly string[], root: string) => tandem(['prune', ...argv], root)

const root = temporary()
let whole: Awaited<ReturnType<typeof tandem>>
beforeAll(async () => {
  whole = await prune([...GOOD, ...BUDGETS, '--json', '--run', 'whole'], root)
}, 60_000)

describe('tandem prune', () => {
  const folder = () => openRun(root, 'whole').folder

  it('ends with a network for each budget, each within it, and all files of a run', () => {
    expect(whole.code, whole.stderr).toBe(0)
    const networks = ['network-macs-60pct.onnx', 'network-params-400.onnx']
    for (const name of [
      ...networks,
      'ranking.json',
      'plan.json',
      'result.json',
      'report.html',
      'journal.ndjson',
    ])
      expect(existsSync(join(folder(), name)), name).toBe(true)
    expectLinked(folder(), ['network-0', 'network-1', 'network-2'])
    const { asked, solutions, baselines } = readResult(openRun(root, 'whole'))!
    expect(asked.map(({ metric }) => metric)).toEqual(['macs', 'params'])
    expect(solutions.map(({ name, met, files }) => [name, met, files])).toEqual([
      ['macs<=60%', true, { network: networks[0], ranking: 'ranking.json' }],
      ['params<=400', true, { network: networks[1], ranking: 'ranking.json' }],
    ])
    expect(solutions[0]!.cost.macs!).toBeLessThanOrEqual(0.6 * baselines[0]!.cost.macs!)
    expect(solutions[1]!.cost.params!).toBeLessThanOrEqual(400)
    for (const { measured, accuracy } of [...solutions, ...baselines]) {
      expect(measured!.latencyMs!).toBeGreaterThan(0)
      expect(Object.keys(accuracy!)).toEqual(['validation', 'test'])
    }
    expect(baselines.map(({ name }) => name)).toEqual(['incoming'])
  })

  it('with --json prints the result and nothing else', () => {
    expect(resultSchema.parse(JSON.parse(whole.stdout))).toEqual(readResult(openRun(root, 'whole')))
  })

  it('writes networks that can be read, as wide as the plan says', () => {
    const plan = JSON.parse(readFileSync(join(folder(), 'plan.json'), 'utf8'))
    const before = inferShapes(network('bars'))
    for (const [i, name] of ['network-macs-60pct.onnx', 'network-params-400.onnx'].entries()) {
      const shapes = inferShapes(readOnnx(join(folder(), name)))
      for (const layer of ['stem', 'inner', 'outer', 'classifier']) {
        const gone = plan.budgets[i].removed[layer]?.length ?? 0
        expect(shapes.get(layer)!.at(-1)).toBe(before.get(layer)!.at(-1)! - gone)
      }
    }
  })

  it('says what came in, the ranking as it goes, every cut and every epoch', () => {
    const { stderr } = whole
    expect(stderr).toMatch(/bars: macs [\d.]+ K, params [\d.]+ K, \d+\.\d % of the held-out images right/)
    expect(stderr).toMatch(/ranking 6\/6: loss best \d.*, median \d.*, diversity \d/)
    expect(stderr).toMatch(/macs<=60%: macs [\d.]+ K, \d+ of \d+ channels go/)
    expect(stderr).toMatch(/train params<=400 2\/2, cross-entropy/)
  })

  it('by the ranking it learned prunes to other budgets, without data', async () => {
    const ranking = join(folder(), 'ranking.json')
    expect(readRanking(ranking, ['stem', 'inner', 'outer']).learned.budget).toBe('macs<=60%')
    const argv = [model, '--ranking', ranking, '--budget', 'macs<=60%', '--epochs', '0', '--run', 'again']
    const { code, stderr } = await prune(argv, root)
    expect(code, stderr).toBe(0)
    const [again] = readResult(openRun(root, 'again'))!.solutions
    const [before] = readResult(openRun(root, 'whole'))!.solutions
    expect(again!.cost).toEqual(before!.cost)
    expect(again!.accuracy).toBeUndefined()
  })

  it('keeps the softmax of a model that has one', async () => {
    const file = modelFile('softmax.onnx', network('softmax', { softmax: true }))
    const argv = [
      file,
      '--data',
      data,
      '--criterion',
      'l2',
      '--epochs',
      '0',
      '--budget',
      'macs<=50%',
      '--run',
      'soft',
    ]
    const { code, stderr } = await prune(argv, root)
    expect(code, stderr).toBe(0)
    expect(readOnnx(join(openRun(root, 'soft').folder, 'network.onnx')).layers.at(-1)!.type).toBe('softmax')
  })

  it('is priced on an accelerator, or measured', async () => {
    const argv = [model, '--criterion', 'l2', '--epochs', '0', '--keep', 'inner', '--round-to', '2']
    const energy = await prune(
      [...argv, '--on', 'accelerator:edge-int8', '--budget', 'energy<=80%', '--run', 'energy'],
      root,
    )
    expect(energy.code, energy.stderr).toBe(0)
    const { solutions, baselines } = readResult(openRun(root, 'energy'))!
    expect(solutions[0]!.cost.energyMj!).toBeLessThanOrEqual(0.8 * baselines[0]!.cost.energyMj!)
    expect(inferShapes(readOnnx(join(openRun(root, 'energy').folder, 'network.onnx'))).get('inner')).toEqual([
      8, 8, 12,
    ])
    const host = await prune([...argv, '--on', 'host', '--budget', 'latency<=1s', '--run', 'host'], root)
    expect(host.code, host.stderr).toBe(0)
    expect(host.stderr).toMatch(/Warning: latency<=1s prunes nothing: the network meets it as it is/)
  })

  it('--explain prints chains, and makes no run', async () => {
    const empty = temporary()
    const { code, stdout } = await prune([model, '--explain'], empty)
    expect(code).toBe(0)
    expect(stdout).toContain('inner: 12 channels\n  inner → ')
    expect(stdout).toContain('stem: 8 channels\n  stem + outer → ')
    expect(readdirSync(empty)).toEqual([])
  })
})

describe('a budget that cannot be met', () => {
  it('ends with code 3, and the closest network is written', async () => {
    const argv = [
      model,
      '--criterion',
      'l1',
      '--epochs',
      '0',
      '--budget',
      'macs<=70%',
      '--budget',
      'macs<=1%',
    ]
    const { code, stderr } = await prune([...argv, '--run', 'tight'], root)
    expect(code).toBe(3)
    expect(stderr).toMatch(/macs<=1% cannot be met: macs [\d.]+ K is .* above/)
    expect(stderr).toMatch(/Not every budget could be met: macs<=1% missed/)
    const { solutions } = readResult(openRun(root, 'tight'))!
    expect(solutions.map(({ met }) => met)).toEqual([true, false])
    expect(existsSync(join(openRun(root, 'tight').folder, 'network-macs-1pct.onnx'))).toBe(true)
  })
})

describe('wrong input', () => {
  const text = join(files, 'text.onnx')
  writeFileSync(text, 'This is no model at all.')
  const cut = join(files, 'cut.onnx')
  writeFileSync(cut, readFileSync(model).subarray(0, 2000))
  const large = dataSet('large', { size: 9 })
  const many = dataSet('many', { classes: 7 })
  const other = join(files, 'other.json')
  const folded = modelFile('folded.onnx', network('folded', { batchNorm: false }))
  const learned = { budget: 'macs<=50%', evaluations: 1, tau: 0, loss: 1, lossOfNorms: 1, seed: 0 }
  const layers = { conv1: { alpha: 1, kappa: 0 } }
  const ranking = { schema: 1, kind: 'ranking', network: 'elsewhere', reduce: 'sum', learned, layers }
  writeFileSync(other, JSON.stringify(ranking))
  const broken = join(files, 'broken.json')
  writeFileSync(broken, JSON.stringify({ ...ranking, layers: { conv1: { alpha: 'much' } } }))
  const MACS = ['--budget', 'macs<=50%']
  const PLAIN = ['--criterion', 'l2', '--epochs', '0', ...MACS]

  it.each([
    ['a file that is not ONNX', [text, ...MACS], /text\.onnx/],
    ['a file that is cut off', [cut, ...MACS], /cut\.onnx/],
    ['a file that is not there', [join(files, 'none.onnx'), ...MACS], /none\.onnx/],
    ['no budget', [model], /--budget is needed.*or --explain/],
    ['a budget that is none', [model, '--budget', 'half'], /"half": expected METRIC<=VALUE/],
    ['a budget without its unit', [model, '--budget', 'latency<=4'], /a unit is missing for latency/],
    ['a budget twice', [model, ...MACS, ...MACS], /"macs<=50%" is given twice/],
    ['a budget on area', [model, '--budget', 'area<=1mm2'], /area is the accelerator's/],
    ['a budget on terms', [model, '--budget', 'terms<=1'], /powers of two a weight, which "tandem quantize"/],
    [
      'a latency without anything to price it',
      [...PLAIN, model, '--budget', 'latency<=50%'],
      /--on accelerator:FILE or host/,
    ],
    [
      'an energy on this machine',
      [...PLAIN, model, '--on', 'host', '--budget', 'energy<=50%'],
      /what energy is priced on/,
    ],
    [
      'a device table',
      [model, ...MACS, '--on', 'table:pixel1'],
      /search space alone; use accelerator:FILE or host/,
    ],
    ['an unknown way to price', [model, ...MACS, '--on', 'phone'], /priced on accelerator:FILE or host/],
    [
      'an unknown criterion',
      [model, ...MACS, '--criterion', 'l3'],
      /--criterion "l3": expected one of legr, l1/,
    ],
    [
      'an unknown reduction',
      [model, ...MACS, '--reduce', 'median'],
      /--reduce "median": expected one of sum/,
    ],
    [
      'a layer to keep that is not there',
      [model, ...PLAIN, '--keep', 'innner'],
      /no layer "innner" to keep; .* stem, inner/,
    ],
    ['a share above 1', [model, ...MACS, '--keep-at-least', '2'], /Expected a number from 0 to 1/],
    ['no data to learn from', [model, ...MACS], /learning a ranking needs data/],
    ['no data to train on', [model, ...MACS, '--criterion', 'l2'], /training what is left needs data/],
    [
      'data that are not there',
      [model, ...MACS, '--data', `idx:${files}/none`],
      /none\/train-images.*no such file/,
    ],
    [
      'images of another size',
      [model, ...MACS, '--data', large],
      /takes images of 8×8×1, and large has 9×9×1/,
    ],
    ['another number of classes', [model, ...MACS, '--data', many], /tells 5 classes apart, and many has 7/],
    [
      'a mean for other channels',
      [model, ...MACS, '--data', data, '--normalize', 'imagenet'],
      /have 1 channels, and .* 3 numbers/,
    ],
    ['a mean alone', [model, ...MACS, '--data', data, '--mean', '0.5'], /--mean and --std go together/],
    ['a mean that is none', [model, ...MACS, '--data', data, '--mean', 'x'], /Expected numbers with commas/],
    [
      'a batch larger than the data',
      [model, ...MACS, '--data', data, '--batch', '500'],
      /do not fill one batch of 500/,
    ],
    [
      'a ranking of another network',
      [model, ...PLAIN.slice(2), '--ranking', other],
      /learned for another network, "elsewhere": it does not rank stem, inner, outer; it ranks conv1/,
    ],
    [
      'a ranking that is none',
      [model, ...PLAIN.slice(2), '--ranking', broken],
      /broken\.json: not a ranking[\s\S]*alpha/,
    ],
    [
      'batch norms to go by where there are none',
      [folded, ...PLAIN, '--criterion', 'bn-scale'],
      /bn-scale: network "folded" has no batch normalization/,
    ],
    [
      'a ranking for what needs none',
      [model, ...PLAIN, '--ranking', other],
      /--ranking is for criterion legr/,
    ],
    ['a name that is none', [model, ...PLAIN, '--run', '../x'], /cannot be the name of a run/],
  ] as [string, string[], RegExp][])(
    '%s: code 2, what is wrong, and nothing is written',
    (_, argv, message) => expectRefused(register, ['prune', ...argv], message),
  )
})

describe('a pruning that goes on', () => {
  it('refuses another model and other images, and writes nothing', async () => {
    const file = modelFile('changing.onnx', network('changing'))
    const moving = dataSet('moving')
    const argv = [file, '--data', moving, ...GOOD.slice(3), ...BUDGETS]
    const early = await prune([...argv, '--run', 'changing', '--for', '1ms'], root)
    expect(early.code, early.stderr).toBe(1)
    expect(early.stderr).toMatch(/nothing to give yet: the network that came in has not been looked at/)

    const labels = join(files, 'moving', 'train-labels-idx1-ubyte')
    const before = readFileSync(labels)
    const changed = Buffer.from(before)
    changed[100] = (changed[100]! + 1) % 5
    writeFileSync(labels, changed)
    const otherData = await tandem(['runs', 'resume', 'changing'], root)
    expect(otherData.stderr).toMatch(/idx:.*moving has changed since the run began: put back what it held/)
    expect(otherData.code).toBe(2)

    writeFileSync(labels, before)
    modelFile('changing.onnx', network('changing', { softmax: true }))
    const otherModel = await tandem(['runs', 'resume', 'changing'], root)
    expect(otherModel.stderr).toMatch(/changing\.onnx has changed since the run began/)
    expect(otherModel.code).toBe(2)
    expect(existsSync(join(openRun(root, 'changing').folder, 'result.json'))).toBe(false)
  })
})
