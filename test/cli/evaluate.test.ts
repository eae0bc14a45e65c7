import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { register } from '../../src/cli/evaluate.js'
import { readModel } from '../../src/cli/input-model.js'
import { loadModelData } from '../../src/cli/model-data.js'
import { register as ppa } from '../../src/cli/ppa.js'
import { runOnnx } from '../../src/cost/index.js'
import { inOrder } from '../../src/data/index.js'
import { acceleratorYaml, readAccelerator } from '../../src/hardware/index.js'
import { structureJson, writeOnnx } from '../../src/network/index.js'
import { openRun, readResult } from '../../src/runs/index.js'
import { temporary } from '../runs/toy.js'
import { barsData } from './bars.js'
import { barsNetwork } from './bars-network.js'
import { expectRefused, inProcess } from './in-process.js'

const files = temporary()
const network = barsNetwork('bars')
const model = join(files, 'bars.onnx')
writeFileSync(model, writeOnnx(network))
const data = barsData(join(files, 'bars'), 'bars', { train: 50 })
const root = temporary()
const evaluate = (...argv: readonly string[]) => inProcess(register, ['evaluate', ...argv], root)

/** A member of a co-design: a structure and its accelerator in a folder. */
const design = join(files, 'design')
mkdirSync(design)
writeFileSync(join(design, 'network.json'), structureJson(network))
writeFileSync(
  join(design, 'accelerator.yaml'),
  acceleratorYaml({ ...readAccelerator('edge-int8'), name: 'chosen', rows: 8, columns: 8 }, 'a member'),
)

/** Test images that onnxruntime classifies right. */
async function rightInOnnxruntime(): Promise<number> {
  const dataset = await loadModelData(readModel(model), data, undefined)
  let right = 0
  for (const { images, labels, count } of inOrder(dataset, 'test')) {
    const logits = await runOnnx(readFileSync(model), images, [count, ...dataset.shape])
    const classes = logits.length / count
    for (let i = 0; i < count; i++) {
      const row = logits.subarray(i * classes, (i + 1) * classes)
      if (row.indexOf(Math.max(...row)) === labels[i]) right++
    }
  }
  return right / dataset.test.count
}

describe('tandem evaluate', () => {
  let told: Awaited<ReturnType<typeof evaluate>>
  beforeAll(async () => {
    told = await evaluate(
      ...[model, '--data', data, '--on', 'accelerator:edge-int8', '--run', 'whole', '--json'],
    )
  })

  it('tells the accuracy that onnxruntime has on the test images', async () => {
    expect(told.code, told.stderr).toBe(0)
    const [solution] = readResult(openRun(root, 'whole'))!.solutions
    expect(solution!.accuracy!.test).toBe(await rightInOnnxruntime())
  })

  it('tells the price that ppa estimate does', async () => {
    const estimated = await inProcess(
      ppa,
      ['ppa', 'estimate', model, '--on', 'accelerator:edge-int8', '--json'],
      root,
    )
    const { cost } = JSON.parse(estimated.stdout)
    expect(JSON.parse(told.stdout).solutions[0].cost).toEqual(cost)
  })

  it('takes the folder of a design, network and accelerator, as ppa estimate does', async () => {
    const { code, stdout, stderr } = await evaluate(design, '--json')
    expect(code, stderr).toBe(0)
    const estimated = await inProcess(ppa, ['ppa', 'estimate', design, '--json'], root)
    const { cost, accelerator } = JSON.parse(estimated.stdout)
    expect(accelerator.name).toBe('chosen')
    expect(JSON.parse(stdout).solutions[0].cost).toEqual(cost)
  })

  it('ends with code 3 where a constraint is missed, and says by how much', async () => {
    const { macs } = JSON.parse(told.stdout).solutions[0].cost
    const missed = await evaluate(model, '--constraint', `macs<=${macs - 1}`)
    expect(missed.code).toBe(3)
    expect(missed.stderr).toMatch(/off by 1\./)
    expect((await evaluate(model, '--constraint', `macs<=${macs}`)).code).toBe(0)
  })

  it('refuses what cannot be told, and writes nothing', async () => {
    await expectRefused(
      register,
      ['evaluate', model, '--constraint', 'macs<=50%'],
      /nothing that it could be/,
    )
    await expectRefused(register, ['evaluate', design, '--data', data], /has no weights/)
    await expectRefused(register, ['evaluate', files], /folder without network\.onnx/)
    await expectRefused(register, ['evaluate', join(files, 'none.onnx')], /none\.onnx/)
    await expectRefused(register, ['evaluate', model, '--on', 'table:x.yaml'], /device table/)
    await expectRefused(register, ['evaluate', model, '--constraint', 'latency<=1ms'], /gives no latency/)
    expect(readdirSync(design)).toEqual(['accelerator.yaml', 'network.json'])
  })
})
