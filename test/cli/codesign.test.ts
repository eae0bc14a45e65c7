import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { register } from '../../src/cli/codesign.js'
import { register as registerPpa } from '../../src/cli/ppa.js'
import { architectureAt, type FamilyConfig, familyOf } from '../../src/codesign/index.js'
import { InfeasibleError } from '../../src/errors.js'
import type { Solution } from '../../src/runs/index.js'
import { readSpace } from '../../src/search/space-index.js'
import { expectLinked } from '../runs/linked-sections.js'
import { temporary } from '../runs/toy.js'
import { capturedStdout } from './captured-stdout.js'

const root = temporary()
const write = (name: string, text: string) => {
  writeFileSync(join(root, name), text)
  return join(root, name)
}
/** More convolutions, fewer errors: a table of a whole family. */
function table(config: FamilyConfig, name: string): string {
  const family = familyOf(config)
  const lines = Array.from({ length: family.size }, (_, i) => {
    const architecture = architectureAt(family, i)
    const text = family.format(architecture).replaceAll(',', ' ')
    const kernels = [...text.matchAll(/(\d)x\1/g)].reduce((sum, [, size]) => sum + Number(size), 0)
    return `${text},${(95 - 40 / (1 + kernels)).toFixed(3)}`
  })
  return write(name, `arch,cifar10_test\n${lines.join('\n')}\n`)
}
const cells = table({ kind: 'nasbench201' }, 'cells.csv')
const accelerators = write(
  'accelerators.yaml',
  'name: few\npeType: [int8, lightpe-1]\nrows: [8, 16]\ncolumns: { from: 8, to: 16, step: 8 }\n',
)
const basic = ['--space', 'nasbench201', '--accelerators', accelerators, '--accuracy', `table:${cells}`]
const objectives = ['--objective', 'error', '--objective', 'energy', '--objective', 'area']

const printed = capturedStdout(root)

function tandem(...argv: string[]) {
  const program = new Command('tandem').exitOverride().configureOutput({ writeErr() {} })
  register(program)
  registerPpa(program)
  const ppa = program.commands[1]!
  for (const command of [...program.commands, ...ppa.commands])
    command.exitOverride().configureOutput({ writeErr() {} })
  return program.parseAsync(argv, { from: 'user' })
}
const codesign = (...argv: string[]) => tandem('codesign', '--quiet', ...basic, ...argv)
const small = ['--evaluations', '200']

describe('tandem codesign', () => {
  it('writes a front of designs that tandem ppa estimate prices the same', async () => {
    await codesign(...objectives, ...small, '--run', 'front', '--json')
    const { solutions, baselines, asked } = JSON.parse(printed.text)
    expect(asked).toEqual([])
    expect(solutions.length).toBeGreaterThan(3)
    const names = new Set(baselines.map(({ name }: Solution) => name.split(':')[0]))
    expect([...names]).toEqual([
      'network first, then hardware',
      'hardware first, then network',
      'random pairs',
    ])
    for (const { name, met, cost, accuracy, files } of solutions.slice(0, 3) as Solution[]) {
      expect([met, files!.network]).toEqual([true, `designs/${name}/network.json`])
      expect(accuracy!.test).toBeGreaterThan(0.5)
      printed.text = ''
      const [network, accelerator] = [files!.network!, files!.accelerator!].map(file =>
        join(root, 'front', file),
      )
      const on = `accelerator:${accelerator}`
      await tandem('ppa', 'estimate', network!, '--on', on, '--objective', 'energy', '--json')
      const priced = JSON.parse(printed.text).cost
      expect(priced.latencyMs / cost.latencyMs!).toBeCloseTo(1, 10)
      expect(priced.energyMj / cost.energyMj!).toBeCloseTo(1, 10)
      expect(priced).toMatchObject({ areaMm2: cost.areaMm2, macs: cost.macs, params: cost.params })
    }
    const page = readFileSync(join(root, 'front', 'report.html'), 'utf8')
    for (const text of [
      'Hypervolume over evaluations',
      'Assumed: quantization to any PE type costs no accuracy',
      'Methods, with as many evaluations each',
      'hardware first, then network',
      'network.json has no weights',
    ])
      expect(page).toContain(text)
    expect(readdirSync(join(root, 'front', 'designs'))).toHaveLength(solutions.length)
    expectLinked(
      join(root, 'front'),
      solutions.map(({ name }: Solution) => name),
    )
  })

  it('takes the networks of a search space, seeds, a reference, offsets', async () => {
    const space = readSpace('cifar10-tiny')
    const tiny = table({ kind: 'blocks', space }, 'tiny.csv')
    const { reference, format } = familyOf({ kind: 'blocks', space })
    const seed = format(reference)
    await tandem(
      ...['codesign', '--quiet', '--space', 'cifar10-tiny', '--accelerators', accelerators],
      ...['--accuracy', `table:${tiny}`, '--accuracy-offset', 'lightpe-1=-1.5', '--objective', 'error'],
      ...['--objective', 'latency', '--seed-network', seed, '--reference-network', seed, ...small],
      ...['--constraint', 'area<=2mm2', '--run', 'blocks', '--json'],
    )
    const { solutions, asked } = JSON.parse(printed.text)
    expect(asked).toEqual([{ metric: 'area', op: '<=', bound: 2 }])
    expect(solutions.length).toBeGreaterThan(0)
    expect(readFileSync(join(root, 'blocks', 'report.html'), 'utf8')).toContain('lightpe-1 -1.50 points')
    const { seeds, mapping } = JSON.parse(readFileSync(join(root, 'blocks', 'config.json'), 'utf8')).config
    expect([seeds, mapping]).toEqual([[reference], 'latency'])
  })

  it('ends with exit code 3 and the closest designs where nothing meets the bounds', async () => {
    const run = codesign(
      ...objectives,
      ...small,
      '--baselines',
      'no',
      '--run',
      'tight',
      '--constraint',
      'area<=0.1mm2',
    )
    await expect(run).rejects.toThrow(InfeasibleError)
    const { solutions } = JSON.parse(readFileSync(join(root, 'tight', 'result.json'), 'utf8'))
    expect(solutions[0].met).toBe(false)
    expect(solutions[0].misses[0]).toMatchObject({ metric: 'area', bound: 0.1 })
    expect(existsSync(join(root, 'tight', solutions[0].files.accelerator))).toBe(true)
  })

  const one = write('one.yaml', 'name: one\npeType: int8\n')
  const backwards = write('backwards.yaml', 'name: b\npeType: int8\nrows: { from: 16, to: 8, step: 4 }\n')
  const fast = write('fast.yaml', 'name: fast\npeType: [int8, fp32]\nclockMhz: 5000\n')
  const partial = write('partial.csv', readFileSync(cells, 'utf8').split('\n').slice(0, 100).join('\n'))
  const foreign = write('foreign.csv', 'arch,accuracy\n|conv~0|,90\n')
  it.each([
    [['--objective', 'speed'], /objective "speed"; expected one of error, latency/],
    [['--objective', 'error'], /the accelerator has no part in any/],
    [['--objective', 'terms', '--objective', 'area'], /objective "terms"/],
    [[...objectives, '--constraint', 'area<=3'], /a unit is missing/],
    [[...objectives, '--constraint', 'macs<=50%'], /percent of/],
    [[...objectives, '--constraint', 'area<=3mm2', '--constraint', 'area<=2mm2'], /bound the same/],
    [[...objectives, '--accelerators', one], /one holds one accelerator/],
    [
      [...objectives, '--accelerators', backwards],
      /backwards\.yaml:3: rows: expected from to be no larger than to/,
    ],
    [
      [...objectives, '--accelerators', fast],
      /no accelerator of fast can be built: .*clockMhz 5000 is too fast/,
    ],
    [[...objectives, '--accelerators', 'nowhere'], /"nowhere".*accelerator-space/],
    [[...objectives, '--space', 'nowhere'], /"nowhere".*cifar10-mbconv/],
    [[...objectives, '--accuracy', 'one-shot:x'], /expected table:FILE/],
    [[...objectives, '--accuracy', `table:${join(root, 'none.csv')}`], /none\.csv: cannot be read/],
    [[...objectives, '--accuracy', `table:${partial}`], /lacks 15,526 of the 15,625 networks/],
    [[...objectives, '--accuracy', `table:${foreign}`], /foreign\.csv:2: cell/],
    [[...objectives, '--accuracy-column', 'cifar100_test'], /no column "cifar100_test"/],
    [[...objectives, '--accuracy-offset', 'int8'], /expected TYPE=POINTS/],
    [[...objectives, '--accuracy-offset', 'fp32=1'], /few has no fp32, it has int8, lightpe-1/],
    [[...objectives, '--seed-network', '3x3-e3'], /cell "3x3-e3"/],
    [[...objectives, '--population', '50', '--evaluations', '10'], /population of 50 takes as many/],
    [[...objectives, '--evaluations', '0'], /whole number, 1 or more/],
    [[...objectives, '--baselines', 'some'], /Allowed choices are yes, no/],
  ])('refuses %j and writes nothing', async (argv, message) => {
    const before = readdirSync(root)
    await expect(codesign(...argv)).rejects.toThrow(message)
    expect(readdirSync(root)).toEqual(before)
  })

  it('loads no TensorFlow', () => {
    const url = (file: string) => fileURLToPath(new URL(`../../src/cli/${file}`, import.meta.url))
    const argv = [
      'codesign',
      '--quiet',
      '--json',
      ...basic,
      ...objectives,
      ...small,
      '--run',
      'light',
      '--baselines',
      'no',
    ]
    const script = `
      const { Command } = await import('commander')
      const { register } = await import('${url('codesign.js')}')
      const { createRequire } = await import('node:module')
      const program = new Command('tandem'); register(program)
      await program.parseAsync(${JSON.stringify(argv)}, { from: 'user' })
      const loaded = Object.keys(createRequire('${url('codesign.js')}').cache)
      process.stderr.write(loaded.some(file => /tfjs|onnxruntime/.test(file)) ? 'loaded' : 'free')`
    const { stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    })
    expect([status, stderr]).toEqual([0, 'free'])
  })
})
