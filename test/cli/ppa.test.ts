import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { register } from '../../src/cli/ppa.js'
import { resume } from '../../src/cli/ppa-sweep.js'
import { fitPeModels, writeFittedModels } from '../../src/hardware/index.js'
import { count, createNetwork, initialize, resnet, writeOnnx } from '../../src/network/index.js'
import { openRun } from '../../src/runs/index.js'
import { HEADER, syntheticPoints } from '../hardware/models/synthetic-points.js'
import { expectLinked } from '../runs/linked-sections.js'
import { temporary } from '../runs/toy.js'
import { capturedStdout } from './captured-stdout.js'

const root = temporary()
const models = join(root, 'models.json')
const points = syntheticPoints({ perType: 60 })
writeFittedModels(models, fitPeModels(points, { header: HEADER, degrees: [1], scopes: ['pooled'] }))
const space = join(root, 'space.yaml')
writeFileSync(space, 'name: few\npeType: [int16, lightpe-1]\nrows: [6, 12]\nifmapWords: [5, 12]\n')

const onnx = join(root, 'mine.onnx')
writeFileSync(onnx, writeOnnx(initialize(createNetwork({ ...resnet({ depth: 8 }), name: 'mine' }), 1)))
copyFileSync(onnx, join(root, 'mine2.onnx'))
const broken = join(root, 'broken.onnx')
writeFileSync(broken, writeOnnx(initialize(resnet({ depth: 8 }), 1)).subarray(0, 1000))

const printed = capturedStdout(root)

function tandem(...argv: string[]) {
  const program = new Command('tandem').exitOverride().configureOutput({ writeErr() {} })
  register(program)
  const ppa = program.commands[0]!
  for (const command of [ppa, ...ppa.commands]) command.exitOverride().configureOutput({ writeErr() {} })
  return program.parseAsync(['ppa', ...argv], { from: 'user' })
}
const edge = ['--on', 'accelerator:edge-int16', '--models', models]

describe('tandem ppa estimate', () => {
  it('prints the price of every layer', async () => {
    await tandem('estimate', 'resnet20', ...edge)
    expect(printed.text).toMatch(/^resnet20 on edge-int16, batch 1: [\d.]+ ms, [\d.]+ mJ, [\d.]+ mm²/)
    expect(printed.text).toMatch(/stage3\/block3\/conv2 .*tile 8×8 p/)
    expect(printed.text).toMatch(/\nall +40\.55 /)
  })

  it('prints JSON alone with --json', async () => {
    await tandem('estimate', 'mobilenet-v2', ...edge, '--json', '--batch', '4', '--objective', 'edp')
    const { cost, layers, batch, energyPj } = JSON.parse(printed.text)
    expect(cost.macs).toBe(300_774_272)
    expect(batch).toBe(4)
    expect(layers[0]).toMatchObject({ name: 'stem', type: 'conv' })
    const sum = Object.values(energyPj as Record<string, number>).reduce((total, part) => total + part, 0)
    expect(sum / cost.energyMj).toBeCloseTo(1e9, 0)
  })

  it('prices the network in an ONNX file like the network itself', async () => {
    await tandem('estimate', onnx, ...edge, '--json')
    const { network, cost, layers } = JSON.parse(printed.text)
    expect(network).toBe('mine')
    expect(cost.macs).toBe(count(resnet({ depth: 8 })).macs)
    expect(layers.map(({ name }: { name: string }) => name)).toContain('stage3/block1/conv2')
  })

  it.each([
    [['net.onnx', ...edge], /net\.onnx: cannot be read \(there is no such file\)/],
    [[broken, ...edge], /broken\.onnx: is damaged, truncated or no ONNX model/],
    [['resnet21', ...edge], /no network "resnet21".*vgg16/],
    [['resnet20', '--on', 'table:pixel1'], /expected accelerator:FILE/],
    [['resnet20', '--on', 'accelerator:edge-int5', '--models', models], /edge-int5.*edge-int16/],
    [['resnet20', ...edge, '--objective', 'area'], /latency, energy, edp/],
    [['resnet20', '--on', 'accelerator:edge-int16', '--models', join(root, 'none.json')], /none\.json/],
  ])('refuses %j', async (argv, message) => {
    await expect(tandem('estimate', ...argv)).rejects.toThrow(message)
  })

  it('loads no TensorFlow', () => {
    const url = (file: string) => fileURLToPath(new URL(`../../src/cli/${file}`, import.meta.url))
    const script = `
      const { Command } = await import('commander')
      const { register } = await import('${url('ppa.js')}')
      const { createRequire } = await import('node:module')
      const program = new Command('tandem'); register(program)
      await program.parseAsync(${JSON.stringify(['ppa', 'estimate', 'resnet20', ...edge])}, { from: 'user' })
      const loaded = Object.keys(createRequire('${url('ppa.js')}').cache)
      process.stderr.write(loaded.some(file => /tfjs|onnxruntime/.test(file)) ? 'loaded' : 'free')`
    const { stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    })
    expect([status, stderr]).toEqual([0, 'free'])
  })
})

describe('tandem ppa validate', () => {
  it('prints the chip’s layers beside the model’s, and why they differ', async () => {
    await tandem('validate')
    expect(printed.text).toMatch(/CONV5 +[\d.]+ +10 /)
    expect(printed.text).toMatch(/On average [\d.]+ % off in processing latency, [\d.]+ % in buffer traffic/)
    expect(printed.text).toMatch(/CONV1: the chip holds/)
  })

  it('prints JSON alone with --json', async () => {
    await tandem('validate', '--json')
    expect(JSON.parse(printed.text).layers).toHaveLength(5)
  })
})

describe('tandem ppa sweep', () => {
  it('writes every point, a figure and the front; resumed it gives the same', async () => {
    const argv = ['--accelerators', space, '--network', 'resnet20', '--network', 'mobilenet-v2-cifar']
    await tandem('sweep', ...argv, '--models', models, '--run', 's', '--quiet', '--json')
    const { solutions } = JSON.parse(printed.text)
    expect(solutions[0].name).toMatch(/^resnet20 on few-\d$/)
    const file = join(root, 's', 'sweep.csv')
    const csv = readFileSync(file, 'utf8')
    expect(csv.trim().split('\r\n')).toHaveLength(1 + 2 * 8)
    expect(readFileSync(join(root, 's', 'report.html'), 'utf8')).toContain(
      'Performance per area against energy',
    )
    expectLinked(join(root, 's'), ['point-1'])
    await resume(openRun(root, 's'), { quiet: true, json: true })
    expect(readFileSync(file, 'utf8')).toBe(csv)
  })

  it('takes networks from ONNX files, and needs them no more once it runs', async () => {
    const file = join(root, 'gone.onnx')
    copyFileSync(onnx, file)
    const argv = [
      '--accelerators',
      space,
      '--network',
      file,
      '--models',
      models,
      '--run',
      'from-file',
      '--quiet',
    ]
    await tandem('sweep', ...argv)
    const table = join(root, 'from-file', 'sweep.csv')
    const csv = readFileSync(table, 'utf8')
    expect(csv).toMatch(/^mine,|,mine,/m)
    rmSync(file)
    await resume(openRun(root, 'from-file'), { quiet: true, json: true })
    expect(readFileSync(table, 'utf8')).toBe(csv)
  })

  it.each([
    [
      ['--accelerators', space, '--network', onnx, '--network', join(root, 'mine2.onnx')],
      /two of the networks are named "mine"/,
    ],
    [['--accelerators', 'nowhere', '--network', 'resnet20'], /no such name in latency-models\/accelerator/],
    [['--accelerators', space, '--network', 'resnet19'], /no network "resnet19"/],
    [['--accelerators', space], /--network/],
  ])('refuses %j and writes nothing', async (argv, message) => {
    await expect(tandem('sweep', '--run', 'wrong', '--models', models, ...argv)).rejects.toThrow(message)
    expect(existsSync(join(root, 'wrong'))).toBe(false)
  })
})
