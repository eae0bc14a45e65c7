import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readModel } from '../../src/cli/input-model.js'
import { NetworkError } from '../../src/errors.js'
import { graph, initialize, readOnnx, writeOnnx } from '../../src/network/index.js'
import { readPacked } from '../../src/quantize/index.js'
import { openRun, readResult } from '../../src/runs/index.js'
import { barsData } from '../cli/bars.js'
import { tandem } from '../cli/tandem-process.js'
import { temporary } from '../runs/toy.js'

const files = temporary()
const root = temporary()

function modelFile(): string {
  const net = graph('bars', [8, 8, 1])
  const conv = net.activation(net.batchNorm(net.conv(net.input, { name: 'stem', filters: 8 })))
  const dense = net.dense(net.flatten(net.pool(conv)), { name: 'classifier', units: 5 })
  net.softmax(dense, { name: 'softmax' })
  const file = join(files, 'bars.onnx')
  writeFileSync(file, writeOnnx(initialize(net.finish(), 2)))
  return file
}

const data = barsData(join(files, 'bars'), 'bars', { train: 150 })
const OPTIONS = ['--data', data, '--batch', '32', '--seed', '3', '--scheme', 'lightnn-2', '--epochs', '0']

describe('tandem quantize', () => {
  it('writes the packed network beside the ONNX file, and checks it in exact integers', async () => {
    const { code, stderr } = await tandem(['quantize', modelFile(), ...OPTIONS, '--run', 'first'], root)
    expect(code, stderr).toBe(0)
    const run = openRun(root, 'first')
    expect(readResult(run)!.solutions[0]!.files).toEqual({
      network: 'network.onnx',
      packed: 'network.packed',
    })
    const { network, scheme, layers } = readPacked(readFileSync(join(run.folder, 'network.packed')))
    expect({ scheme, layers }).toEqual({ scheme: 'lightnn-2', layers: ['stem', 'classifier'] })
    const onnx = readOnnx(join(run.folder, 'network.onnx'))
    for (const layer of layers)
      expect(network.weights[`${layer}/kernel`]!.data).toEqual(onnx.weights[`${layer}/kernel`]!.data)
    expect(network.layers.at(-1)!.type).toBe('softmax')
    const check = /In exact integers (\d+) of (\d+) test images have the same class; logits differ by/
    const [, same, all] = check.exec(stderr)!
    expect(Number(same)).toBeGreaterThanOrEqual(Number(all) - 1)
    const report = readFileSync(join(run.folder, 'report.html'), 'utf8')
    expect(report).toMatch(check)
    expect(report).toMatch(/packed file/)
  })

  it('reads a packed network as any model', async () => {
    const packed = join(openRun(root, 'first').folder, 'network.packed')
    expect(readModel(packed).softmax?.name).toBe('softmax')
    const { code, stderr } = await tandem(['quantize', packed, ...OPTIONS, '--run', 'second'], root)
    expect(code, stderr).toBe(0)
    expect(stderr).toMatch(/already/)
    expect(readFileSync(join(openRun(root, 'second').folder, 'network.packed'))).toEqual(readFileSync(packed))
  })

  it('refuses a damaged one, and writes nothing', async () => {
    const bytes = readFileSync(join(openRun(root, 'first').folder, 'network.packed'))
    const damaged = join(files, 'damaged.packed')
    writeFileSync(damaged, bytes.subarray(0, -20))
    expect(() => readModel(damaged)).toThrow(NetworkError)
    const { code, stderr } = await tandem(['quantize', damaged, ...OPTIONS, '--run', 'third'], root)
    expect(code).toBe(2)
    expect(stderr).toMatch(/damaged\.packed: has another checksum than it says/)
    expect(existsSync(join(root, 'runs', 'third'))).toBe(false)
  })
})
