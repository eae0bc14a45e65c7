import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { register } from '../../src/cli/codesign.js'
import { openRun, readJournal, readResult } from '../../src/runs/index.js'
import { readSupernet, writeSupernet } from '../../src/search/index.js'
import { parseSpace } from '../../src/search/space/space.js'
import { temporary } from '../runs/toy.js'
import { barsData } from './bars.js'
import { inProcess } from './in-process.js'
import { SHAPES } from './shapes.js'
import { tandem } from './tandem-process.js'

const files = temporary()
const file = (name: string, text: string): string => {
  writeFileSync(join(files, name), text)
  return join(files, name)
}
const space = file('shapes.yaml', SHAPES)
const data = barsData(join(files, 'bars'), 'bars', { train: 300 })
const accelerators = file(
  'few.yaml',
  'name: few\npeType: [int8, lightpe-1]\nrows: [8, 16]\ncolumns: [8, 16]\n',
)
const root = temporary()
const GOOD = [
  ...['codesign', '--space', space, '--accelerators', accelerators, '--data', data],
  ...[
    '--accuracy',
    'supernet:shared',
    '--objective',
    'error',
    '--objective',
    'energy',
    '--objective',
    'area',
  ],
  ...['--evaluations', '30', '--population', '10', '--seed', '1'],
]
const WHOLE = [
  ...GOOD,
  ...[
    '--tune-steps',
    '2',
    '--tune-batch',
    '32',
    '--retrain',
    '2',
    '--train-epochs',
    '1',
    '--train-batch',
    '32',
  ],
  ...['--seed-run', 'shared', '--baselines', 'no'],
]

let shared: Awaited<ReturnType<typeof tandem>>
let whole: Awaited<ReturnType<typeof tandem>>
beforeAll(async () => {
  const search = [
    ...['search', '--method', 'one-shot', '--space', space, '--data', data, '--constraint', 'macs<=80%'],
    ...['--batch', '32', '--seed', '3', '--precision', 'float32', '--epochs', '2', '--train-epochs', '1'],
    ...['--candidates', '4', '--generations', '0', '--run', 'shared'],
  ]
  shared = await tandem(search, root)
  whole = await tandem([...WHOLE, '--run', 'whole'], root)
}, 90_000)

describe('tandem codesign on a one-shot supernet', () => {
  it('ends with a front, of which the members that were trained have weights and a test accuracy', () => {
    expect(shared.code, shared.stderr).toBe(0)
    expect(whole.code, whole.stderr).toBe(0)
    const { solutions, baselines } = readResult(openRun(root, 'whole'))!
    expect(baselines).toEqual([])
    const trained = solutions.filter(({ files }) => files!.network!.endsWith('.onnx'))
    expect(trained).toHaveLength(Math.min(2, solutions.length))
    for (const { name, accuracy, files } of solutions) {
      const has = (file: string) => existsSync(join(root, 'whole', 'designs', name, file))
      const onnx = files!.network === `designs/${name}/network.onnx`
      expect([has('network.onnx'), has('network.json'), has('accelerator.yaml')]).toEqual([onnx, !onnx, true])
      expect(accuracy!.validation).toBeGreaterThan(0)
      expect(accuracy!.test !== undefined).toBe(onnx)
    }
    expect(whole.stdout).toContain('Designs that were trained')
    expect(whole.stdout).toContain('known already')
    const report = readFileSync(join(root, 'whole', 'report.html'), 'utf8')
    for (const text of [
      'weights cut from the one-shot supernet',
      'trained for 2 steps more',
      'pairs of network and PE type',
      'seen once by the test split',
    ])
      expect(report).toContain(text)
  })

  it('begins with the network that a search found', () => {
    const { config } = openRun(root, 'whole')
    const decided = readJournal(openRun(root, 'shared')).findLast(({ entry }) => 'decided' in entry)!
    expect((config as { seeds: unknown }).seeds).toEqual([decided.entry['decided']])
  })

  it('exports designs that tandem ppa estimate prices the same', async () => {
    const { solutions } = readResult(openRun(root, 'whole'))!
    const { cost, files } = solutions.find(({ files }) => files!.network!.endsWith('.onnx'))!
    const [network, accelerator] = [files!.network!, files!.accelerator!].map(each =>
      join(root, 'whole', each),
    )
    const on = ['--on', `accelerator:${accelerator}`, '--objective', 'energy', '--json']
    const { code, stdout, stderr } = await tandem(['ppa', 'estimate', network!, ...on], root)
    expect(code, stderr).toBe(0)
    const priced = JSON.parse(stdout).cost
    expect(priced.latencyMs / cost.latencyMs!).toBeCloseTo(1, 10)
    expect(priced.energyMj / cost.energyMj!).toBeCloseTo(1, 10)
    expect(priced).toMatchObject({ areaMm2: cost.areaMm2, macs: cost.macs, params: cost.params })
  })

  const other = file('other.yaml', SHAPES.replace('shapes', 'other'))
  const classes = barsData(join(files, 'four'), 'four', { train: 200, classes: 4 })
  const large = barsData(join(files, 'large'), 'large', { train: 200, size: 16 })
  /** The supernet as if all images had been trained on. */
  const none = () => {
    const named = join(root, 'shared', 'supernet.safetensors')
    const parsed = parseSpace(SHAPES, space)
    const supernet = readSupernet(readFileSync(named), parsed, named)
    writeFileSync(join(files, 'none.safetensors'), writeSupernet(parsed, { ...supernet, heldOut: 0 }))
    return join(files, 'none.safetensors')
  }
  const table = ['--accuracy', `table:${file('table.csv', 'arch,valid\n')}`]
  it.each([
    [
      () => ['--accuracy', 'supernet:nowhere'],
      /--accuracy supernet:nowhere: there is no such file, folder or run/,
    ],
    [() => ['--accuracy', `supernet:${space}`], /shapes\.yaml: .*no safetensors file/],
    [() => ['--accuracy', 'supernet:'], /expected table:FILE, a CSV with accuracies, or supernet:RUN/],
    [() => ['--space', other], /a supernet of space shapes, and this search is in space other/],
    [() => ['--space', 'nasbench201'], /a supernet is of a search space, and nasbench201 has none/],
    [
      () => ['--accuracy', `supernet:${none()}`],
      /none\.safetensors: no images were held out of its training/,
    ],
    [() => ['--data', classes], /space shapes has 5 classes; .* has 4/],
    [() => ['--data', large], /takes images of 8×8×1; .* has 16×16×1/],
    [() => ['--accuracy-offset', 'int8=-1'], /--accuracy-offset are for --accuracy table:FILE/],
    [() => ['--train-epochs', '3'], /--train-epochs is for designs that are trained: --retrain N/],
    [() => ['--tune-batch', '3'], /--tune-batch is for weights that are tuned: --tune-steps N/],
    [() => ['--retrain', '1', '--train-batch', '1000'], /do not fill one batch of 1000/],
    [() => ['--seed-run', 'whole'], /--seed-run whole: it is a run of tandem codesign, not of tandem search/],
    [() => ['--seed-run', 'nowhere'], /nowhere/],
    [() => [...table, '--retrain', '1'], /--data is for accuracies from a supernet/],
    [() => ['--objective', 'speed'], /objective "speed"; expected one of error, latency/],
  ])('refuses what does not fit and writes nothing (%#)', async (argv, message) => {
    const before = readdirSync(root)
    const { code, stderr } = await inProcess(register, [...GOOD, ...argv(), '--run', 'refused'], root)
    expect(stderr).toMatch(message)
    expect(code).toBe(2)
    expect(readdirSync(root)).toEqual(before)
  })

  it('needs images', async () => {
    const without = GOOD.filter(each => each !== '--data' && each !== data)
    const { code, stderr } = await inProcess(register, without, root)
    expect([code, stderr]).toEqual([2, expect.stringContaining('--data is needed')])
  })
})
