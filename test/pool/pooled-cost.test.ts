import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { acceleratorCostModel, countCostModel, hostCostModel } from '../../src/cost/index.js'
import { accelerator, workloadOf } from '../../src/hardware/index.js'
import { count, graph, initialize, resnet, vgg16, writeOnnx } from '../../src/network/index.js'
import { poolConvolution, poolConvolutions } from '../../src/pool/index.js'
import { tandem } from '../cli/tandem-process.js'
import { temporaryFolder } from '../data/temporary-folder.js'
import { factsPeModel } from '../hardware/facts-pe-model.js'

/** The groups of the authors' four rounds on VGG-16. */
const ROUNDS = [
  ['conv1_2', 'conv2_2', 'conv3_3', 'conv4_3', 'conv5_2', 'conv5_3'],
  ['conv4_1', 'conv4_2', 'conv5_1'],
  ['conv1_1'],
  ['conv3_1', 'conv3_2'],
] as const

describe('the MACs of a pooled network', () => {
  it("are those of the authors' four rounds on VGG-16: 1.69, 2.30, 2.32 and 3.39 times fewer in convolutions", () => {
    const convolutions = (network: ReturnType<typeof vgg16>) =>
      count(network).layers.reduce((sum, { type, macs }) => sum + (type === 'conv' ? macs : 0), 0)
    const network = vgg16()
    const macs = ROUNDS.map((_, round) =>
      convolutions(poolConvolutions(network, ROUNDS.slice(0, round + 1).flat())),
    )
    const giga = (value: number) => (value / 1e9).toFixed(2)
    expect(giga(convolutions(network))).toBe('15.35')
    expect([macs[0], macs[1], macs[3]].map(value => giga(value!))).toEqual(['9.10', '6.68', '4.53'])
    const ratios = macs.map(value => (convolutions(network) / value).toFixed(2))
    expect(ratios).toEqual(['1.69', '2.30', '2.32', '3.39'])
  })

  it('are those of ⌈h/2⌉ · ⌈w/2⌉ pixels, and none for the interpolation', async () => {
    const net = graph('odd', [7, 5, 3])
    net.conv(net.input, { name: 'a', filters: 4 })
    const pooled = poolConvolution(net.finish(), 'a')
    expect(count(pooled).layers.map(({ macs }) => macs)).toEqual([4 * 3 * 4 * 27, 0])
    expect((await countCostModel.estimate(pooled)).macs).toBe(4 * 3 * 4 * 27)
  })
})

describe('the interpolation has a price', () => {
  const network = resnet({ depth: 20 })
  const pooled = poolConvolution(network, 'stage1/block1/conv1')
  const name = 'stage1/block1/conv1_interpolate'

  it('on an accelerator: that of moving what it reads and writes', async () => {
    const { layers, shapes } = workloadOf(pooled)
    const { shape } = layers.find(each => each.name === name)!
    expect(shapes[shape]).toEqual({ kind: 'move', reads: 16 * 16 * 16, writes: 32 * 32 * 16 })
    const model = acceleratorCostModel(accelerator({ peType: 'int8' }), factsPeModel)
    const [before, after] = [await model.estimate(network), await model.estimate(pooled)]
    const priced = after.layers!.find(each => each.name === name)!
    expect(priced.latencyMs).toBeGreaterThan(0)
    const convolution = (cost: typeof before) =>
      cost.layers!.find(each => `${each.name}_interpolate` === name)!
    for (const figure of ['latencyMs', 'energyMj'] as const) {
      const saved = convolution(before)[figure]! - convolution(after)[figure]!
      expect(saved).toBeGreaterThan(0)
      expect(before[figure]! - after[figure]!).toBeCloseTo(saved - priced[figure]!, 9)
    }
  })

  it('on this machine: it is in the network that is measured', async () => {
    const cost = await hostCostModel({ runs: 3, warmup: 1 }).estimate(pooled)
    expect(cost.latencyMs).toBeGreaterThan(0)
    expect(cost.macs).toBe(count(network).macs - (3 / 4) * 32 * 32 * 16 * 9 * 16)
  })

  it('in `tandem ppa estimate` of its ONNX file', async () => {
    const folder = temporaryFolder()
    const file = join(folder, 'pooled.onnx')
    writeFileSync(file, writeOnnx(initialize(pooled, 1)))
    const { stdout, code } = await tandem(
      ['ppa', 'estimate', file, '--on', 'accelerator:edge-int8', '--json'],
      folder,
    )
    expect(code).toBe(0)
    const { cost, layers } = JSON.parse(stdout)
    expect(cost.macs).toBe(count(pooled).macs)
    const moved = layers.find((layer: { name: string }) => layer.name === name)
    expect(moved.latencyMs).toBeGreaterThan(0)
    expect(moved.energyPj.dram).toBeGreaterThan(0)
  })
})
