import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { register } from '../../src/cli/search.js'
import { loadCheckpoint, openRun, readJournal, readResult, resultSchema } from '../../src/runs/index.js'
import { expectLinked } from '../runs/linked-sections.js'
import { temporary } from '../runs/toy.js'
import { barsData, idx } from './bars.js'
import { expectRefused, inProcess } from './in-process.js'
import { CHOICES, SHAPES, shapesTable as table } from './shapes.js'
import { said, start, tandem } from './tandem-process.js'

const files = temporary()

const dataSet = (name: string, options: { classes?: number; size?: number } = {}) =>
  barsData(join(files, name), name, { train: 300, ...options })

function file(name: string, text: string): string {
  writeFileSync(join(files, name), text)
  return join(files, name)
}

const space = file('shapes.yaml', SHAPES)
const data = dataSet('bars')
const wholeTable = file('table.yaml', table())
const SMALL = [
  ...['--epochs', '2', '--train-epochs', '4', '--batch', '32', '--seed', '3'],
  ...['--precision', 'float32'],
]
/** Later options win. */
const GOOD = ['--space', space, '--data', data, '--on', `table:${wholeTable}`, ...SMALL]
const BOUNDS = ['--constraint', 'latency<=1.6ms', '--constraint', 'macs<=80%']

const search = (argv: readonly string[], root: string) => tandem(['search', ...argv], root)
/** One that ends before there is anything to do. */
const refused = (argv: readonly string[], root: string) =>
  inProcess(register, ['search', ...GOOD, ...argv], root)

/** What must not depend on when and how often a run was stopped. */
function essence(root: string, name: string): unknown {
  const run = openRun(root, name)
  const { seconds: _, run: __, ...result } = readResult(run)!
  const journal = readJournal(run).map(({ step, entry }) => ({ step, entry }))
  return { result, journal, network: readFileSync(join(run.folder, 'network.onnx')).toString('base64') }
}

const root = temporary()
let whole: Awaited<ReturnType<typeof tandem>>
beforeAll(async () => {
  whole = await search([...GOOD, ...BOUNDS, '--json', '--run', 'whole'], root)
}, 60_000)

describe('tandem search', () => {
  it('ends with a network within the bounds, and all files of a run', () => {
    expect(whole.code, whole.stderr).toBe(0)
    const { folder } = openRun(root, 'whole')
    for (const name of ['config.json', 'journal.ndjson', 'result.json', 'network.onnx', 'report.html']) {
      expect(existsSync(join(folder, name)), name).toBe(true)
    }
    expectLinked(folder, ['network-found'])
    const { asked, solutions } = readResult(openRun(root, 'whole'))!
    expect(asked).toMatchObject([
      { metric: 'latency', op: '<=', bound: 1.6 },
      { metric: 'macs', op: '<=' },
    ])
    expect(solutions).toHaveLength(1)
    expect(solutions[0]).toMatchObject({
      name: 'found',
      met: true,
      misses: [],
      files: { network: 'network.onnx' },
    })
    expect(solutions[0]!.cost.latencyMs).toBeLessThanOrEqual(1.6)
    expect(solutions[0]!.cost.macs).toBeLessThanOrEqual(asked[1]!.bound)
    // A table of another device says nothing of this one.
    expect(solutions[0]!.measured).toBeUndefined()
  })

  it('with --json prints the result and nothing else', () => {
    expect(resultSchema.parse(JSON.parse(whole.stdout))).toEqual(readResult(openRun(root, 'whole')))
  })

  it('says every epoch with its terms, the price and its target', () => {
    const { stderr } = whole
    expect(stderr).toMatch(/search 1\/2 \(warm-up\), cross-entropy \d\.\d+, weight decay \d\.\d+/)
    expect(stderr).toMatch(
      /search 2\/2, .*λ·ln latency \d+\.\d+·-?\d\.\d+, latency [\d.]+ ms \(target [\d.]+ ms\)/,
    )
    expect(stderr).toMatch(/decided: \S+-e\d \S+/)
    expect(stderr).toMatch(/train found 4\/4, cross-entropy/)
  })
})

describe('tandem search --baselines', () => {
  it('trains random networks of equal price and the uniform ones that fit, and says how the found one compares', async () => {
    // 5x5-e3 twice, or 5x5-e6 alone: the only networks at 1.5 ms; 1.3 ms is 13 % less.
    const bound = ['--constraint', 'latency<=1.5ms', '--baselines', '3', '--train-epochs', '1']
    const { code, stdout, stderr } = await search([...GOOD, ...bound, '--run', 'compared'], root)
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('Random networks of equal price: 2 instead of 3, as the space holds no more')
    const run = openRun(root, 'compared')
    const { baselines } = readResult(run)!
    expect(baselines.map(({ name }) => name)).toEqual([
      'random-1',
      'random-2',
      'uniform-3x3-e3',
      'uniform-3x3-e6',
      'uniform-5x5-e3',
    ])
    for (const { met, cost, accuracy, files, name } of baselines) {
      expect(met).toBe(true)
      expect(Number.isFinite(accuracy!.test)).toBe(true)
      if (name.startsWith('random')) expect(cost.latencyMs).toBe(1.5)
      expect(existsSync(join(run.folder, files!.network!))).toBe(true)
    }
    const tests = baselines.slice(0, 2).map(({ accuracy }) => accuracy!.test!)
    const shown = (share: number) => String(Number(share.toPrecision(4))).replaceAll('.', '\\.')
    const median = shown((tests[0]! + tests[1]!) / 2)
    const { accuracy, cost } = readResult(run)!.solutions[0]!
    const [found, heldOut, test] = [cost.latencyMs!, accuracy!.validation!, accuracy!.test!].map(shown)
    expect(stdout).toMatch(/network +latency, ms +held out +test\n/)
    expect(stdout).toMatch(new RegExp(`found +${found} +${heldOut} +${test}\n`))
    expect(stdout).toMatch(new RegExp(`random, median of 2 +1\\.5 +[\\d.]+ +${median}\n`))
    expect(stdout).toMatch(
      new RegExp(`random, best of 2: random-\\d +1\\.5 +[\\d.]+ +${shown(Math.max(...tests))}\n`),
    )
    expect(stdout).toMatch(/uniform, best of 3: uniform-/)
    expect(readFileSync(join(run.folder, 'report.html'), 'utf8')).toContain('random, median of 2')
  })
})

describe('tandem search --outer', () => {
  it('samples solvers, trains what the best one decided, and shows all of them', async () => {
    const options = [
      '--constraint',
      'latency<=1.6ms',
      '--outer',
      '2',
      '--outer-epochs',
      '2',
      '--outer-stop',
      '0.01',
    ]
    const argv = GOOD.filter((_, i) => GOOD[i] !== '--epochs' && GOOD[i - 1] !== '--epochs')
    const { code, stdout, stderr } = await search([...argv, ...options, '--run', 'outer'], root)
    expect(code, stderr).toBe(0)
    expect(stderr).toMatch(
      /sample 1\/2, λ [\d.]+, decisions kept [\d.]+ %, .*latency [\d.]+ ms \(asked 1\.6 ms\)/,
    )
    expect(stderr).toMatch(/decided by sample \d.*: \S+-e\d \S+/)
    expect(stdout).toMatch(/Samples of the outer search\nsample +λ +decisions kept/)
    const run = openRun(root, 'outer')
    expect(readResult(run)!.solutions[0]).toMatchObject({ name: 'found', met: true })
    const samples = readJournal(run).filter(({ entry }) => 'sample' in entry)
    expect(samples.length).toBeGreaterThan(0)
    const report = readFileSync(join(run.folder, 'report.html'), 'utf8')
    expect(report).toContain('Samples of the outer search: latency against λ')
    expect(report).toMatch(/Of the \d samples of the outer search number \d was taken/)
  })
})

describe('tandem search --formulation', () => {
  it('searches by a multi-path supernet, which the run folder and the report name by its words', async () => {
    const argv = [...GOOD, ...BOUNDS, '--train-epochs', '1', '--formulation', 'gumbel', '--run', 'mixed']
    const { code, stderr } = await search(argv, root)
    expect(code, stderr).toBe(0)
    expect(stderr).toMatch(/search 1\/2 \(warm-up\), .*open decisions 7\/7/)
    const run = openRun(root, 'mixed')
    expect(run.config).toMatchObject({ search: { formulation: 'gumbel' } })
    expect(readResult(run)!.solutions[0]).toMatchObject({ name: 'found', met: true })
    const report = readFileSync(join(run.folder, 'report.html'), 'utf8')
    expect(report).toContain('Probability of each choice')
    expect(report).toContain('A choice is open while no other of its block is more probable.')
    expect(report).not.toContain('Norms against thresholds')
  })

  it('refuses another, and one beside another method, and writes nothing', async () => {
    const wrong = (argv: readonly string[], message: RegExp) =>
      expectRefused(register, ['search', ...GOOD, ...BOUNDS, ...argv], message)
    await wrong(['--formulation', 'darts'], /'darts' is invalid.*single-path, softmax, gumbel/)
    await wrong(
      ['--formulation', 'softmax', '--method', 'one-shot'],
      /--formulation is for --method single-path, and this is one-shot/,
    )
  })
})

describe('wrong input', () => {
  const odd = file('odd.yaml', SHAPES.replace('head:', 'colour: red\nhead:'))
  const even = file('even.yaml', SHAPES.replace('[3, 5]', '[3, 4]'))
  const holed = file('holed.yaml', table({ b01: CHOICES, b02: { '3x3-e3': 0.1 } }))
  const foreign = file('foreign.yaml', table({ b01: CHOICES, b02: CHOICES }, 'elsewhere'))
  const broken = file('broken.yaml', 'schema: 1\ndevice: paper\n')
  const cut = dataSet('cut')
  writeFileSync(join(files, 'cut', 'train-images-idx3-ubyte'), idx([300, 8, 8], () => 0).subarray(0, 5000))
  const large = dataSet('large', { size: 9 })
  const many = dataSet('many', { classes: 7 })
  const LATENCY = ['--constraint', 'latency<=1.6ms']
  const MACS = ['--constraint', 'macs<=80%']

  it.each([
    ['an unknown key', ['--space', odd, ...MACS], /odd\.yaml:9: colour: unknown key; allowed here/],
    [
      'an impossible value',
      ['--space', even, ...MACS],
      /even\.yaml:8: stages\[1\].*expected an odd kernel size, got 4/,
    ],
    ['a space that is not there', ['--space', 'nowhere', ...MACS], /nowhere/],
    ['data that are not there', ['--data', `idx:${files}/none`, ...MACS], /none\/train-images.*no such file/],
    ['data of no known kind', ['--data', 'bars', ...MACS], /"bars": not a data set/],
    ['truncated data', ['--data', cut, ...MACS], /train-images-idx3-ubyte: holds less .* truncated/],
    ['images of another size', ['--data', large, ...MACS], /takes images of 8×8×1; large has 9×9×1/],
    ['another number of classes', ['--data', many, ...MACS], /shapes has 5 classes; many has 7/],
    [
      'a table without a choice',
      ['--on', `table:${holed}`, ...LATENCY],
      /no price for b02\/3x3-e6, .*b02\/5x5-e6/,
    ],
    [
      'a table of another space',
      ['--on', `table:${foreign}`, ...MACS],
      /is for space elsewhere, not for shapes/,
    ],
    ['a table that is none', ['--on', `table:${broken}`, ...LATENCY], /broken\.yaml:\d+: \w+: expected/],
    [
      'no way to price',
      ['--on', 'phone', ...LATENCY],
      /--on "phone": .*table:FILE, accelerator:FILE or host/,
    ],
    [
      'a constraint without unit',
      ['--constraint', 'latency<=4'],
      /"latency<=4": a unit is missing for latency/,
    ],
    ['a constraint the wrong way', ['--constraint', 'macs>=1M'], /expected METRIC<=VALUE/],
    ['a metric without a price', ['--constraint', 'energy<=1mJ'], /nothing here gives the energy/],
    ['no constraint', [], /option '--constraint <text>' is needed/],
    ['no epoch for the constraint', ['--warmup', '2', ...MACS], /--warmup 2 leaves none of the 2 epochs/],
    ['a batch larger than the data', ['--batch', '500', ...MACS], /270 images do not fill one batch of 500/],
    ['a share too small for a batch', ['--share', '0.05', ...MACS], /images do not fill one batch of 32/],
    ['no baselines', ['--baselines', '0', ...MACS], /Expected a whole number, 1 or more/],
    ['an option of the outer search alone', ['--outer-epochs', '3', ...MACS], /--outer-epochs needs --outer/],
    ['epochs twice', ['--outer', '2', ...MACS], /--epochs is for a search without --outer; .*--outer-epochs/],
    ['an unknown baseline', ['--baseline', 'best', ...MACS], /--baseline "best": expected "largest"/],
    ['a name that is none', ['--run', '../x', ...MACS], /cannot be the name of a run/],
  ] as [string, string[], RegExp][])(
    '%s: code 2, what is wrong, and nothing is written',
    (_, argv, message) => expectRefused(register, ['search', ...GOOD, ...argv], message),
  )

  it('a name in use: code 2, how to go on, and the run is as it was', async () => {
    const before = essence(root, 'whole')
    const { code, stderr } = await refused([...BOUNDS, '--run', 'whole'], root)
    expect(code).toBe(2)
    expect(stderr).toMatch(/There is a run named whole already.*tandem runs resume whole/)
    expect(essence(root, 'whole')).toEqual(before)
  })

  it('a bound below everything: code 3, the smallest that can be reached, and nothing is written', async () => {
    const empty = temporary()
    const { code, stderr } = await refused(['--constraint', 'latency<=0.6ms'], empty)
    expect(code).toBe(3)
    expect(stderr).toMatch(
      /"latency<=0\.6ms": the smallest reachable latency of space shapes is 0\.7000, above 0\.6000/,
    )
    expect(readdirSync(empty)).toEqual([])
  })
})

describe('a search that is stopped', () => {
  it('by Ctrl-C goes on from its checkpoint; from the one before where that is damaged, and says so', async () => {
    const run = start(['search', ...GOOD, ...BOUNDS, '--run', 'stopped'], root)
    await said(run, /search 1\/2/)
    run.child.kill('SIGINT')
    const { code, stderr } = await run.ended
    expect(code).toBe(130)
    const [, step] = /Interrupted at (\d+) of \d+; .*tandem runs resume stopped/.exec(stderr)!
    const { folder } = openRun(root, 'stopped')
    const current = readFileSync(join(folder, 'checkpoint', 'current.json'), 'utf8')
    expect(loadCheckpoint(openRun(root, 'stopped'))!.step).toBe(Number(step))
    writeFileSync(join(folder, 'checkpoint', 'current.json'), current.replace('"step":', '"stop":'))

    const again = await tandem(['runs', 'resume', 'stopped'], root)
    expect(again.stderr).toMatch(
      /The newest checkpoint is damaged \(current\.json does not match its checksum\); going on from the previous one, step 0/,
    )
    expect(again.code).toBe(0)
    expect(essence(root, 'stopped')).toEqual(essence(root, 'whole'))
  })

  describe('by a full disk', () => {
    const small = temporary()
    const mounted =
      process.platform === 'linux' &&
      spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', small]).status === 0
    afterAll(() => {
      if (mounted) spawnSync('umount', [small])
    })

    it.skipIf(!mounted)('ends with code 1 and what is safe, and goes on once there is room', async () => {
      const run = start(['search', ...GOOD, ...BOUNDS, '--run', 'full'], small)
      await said(run, /search 1\/2/)
      const ballast = join(small, 'ballast')
      spawnSync('sh', ['-c', `cat /dev/zero > ${ballast}`])
      const { code, stderr } = await run.ended
      expect(code).toBe(1)
      expect(stderr).toMatch(/The disk is full: run full could not write/)
      expect(stderr).toMatch(/Safe: the checkpoint of step \d+\. .*tandem runs resume full/)
      rmSync(ballast)
      expect(await tandem(['runs', 'resume', 'full'], small)).toMatchObject({ code: 0 })
      expect(essence(small, 'full')).toEqual(essence(root, 'whole'))
    })
  })
})
