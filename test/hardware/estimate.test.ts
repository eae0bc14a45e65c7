import { describe, expect, it } from 'vitest'
import {
  accelerator,
  type Estimate,
  estimate,
  OBJECTIVES,
  type PE_TYPES,
  workloadOf,
} from '../../src/hardware/index.js'
import { count, graph, mobilenetV2, type Network, resnet, resnet50, vgg16 } from '../../src/network/index.js'
import { factsPeModel } from './facts-pe-model.js'

const NETWORKS: Readonly<Record<string, Network>> = {
  resnet20: resnet({ depth: 20 }),
  'resnet20 B': resnet({ depth: 20, shortcut: 'B' }),
  'mobilenet-v2': mobilenetV2(),
  resnet50: resnet50(),
  vgg16: vgg16(),
}
const edge = accelerator({ peType: 'int16' })
const sums = ({ layers }: Estimate, of: (layer: Estimate['layers'][number]) => number) =>
  layers.reduce((sum, layer) => sum + of(layer), 0)

describe('an estimate', () => {
  for (const [name, network] of Object.entries(NETWORKS))
    it(`of ${name} adds up`, () => {
      const found = estimate(workloadOf(network), edge, factsPeModel, { batch: 2 })
      expect(sums(found, ({ cost }) => cost.macs)).toBe(2 * count(network).macs)
      expect(found.macs).toBe(count(network).macs)
      expect(sums(found, layer => layer.latencyMs) / found.latencyMs).toBeCloseTo(1, 9)
      expect(sums(found, layer => layer.energyMj) / found.energyMj).toBeCloseTo(1, 9)
      for (const layer of [...found.layers, found]) {
        const parts = Object.values(layer.energyPj).reduce((sum, part) => sum + part, 0)
        expect(parts / (layer.energyMj * 1e9)).toBeCloseTo(1, 9)
        expect(layer.utilization).toBeGreaterThanOrEqual(0)
        expect(layer.utilization).toBeLessThanOrEqual(1)
      }
      for (const { mapping, cost, energyMj } of found.layers) {
        if (mapping !== undefined) expect(cost.energyPj / (energyMj * 1e9)).toBeCloseTo(1, 9)
        expect(cost.cycles).toBeGreaterThanOrEqual(cost.macs / 168)
      }
    })

  it('by each objective has least of what it asks for', () => {
    const workload = workloadOf(NETWORKS['mobilenet-v2']!)
    const [latency, energy] = OBJECTIVES.map(objective =>
      estimate(workload, edge, factsPeModel, { objective }),
    )
    expect(latency!.latencyMs).toBeLessThanOrEqual(energy!.latencyMs)
    expect(energy!.energyMj).toBeLessThanOrEqual(latency!.energyMj)
  })

  it('names every layer that costs something, and no other', () => {
    const net = graph('net', [8, 8, 4])
    const conv = net.conv(net.input, { name: 'conv', filters: 4 })
    const act = net.activation(net.batchNorm(conv))
    net.dense(net.globalAveragePool(net.add([net.input, act], { name: 'sum' }), { name: 'pool' }), {
      name: 'fc',
      units: 3,
    })
    const { layers } = estimate(workloadOf(net.finish()), edge, factsPeModel)
    expect(layers.map(({ name, mapping }) => [name, mapping !== undefined])).toEqual([
      ['conv', true],
      ['sum', false],
      ['pool', false],
      ['fc', true],
    ])
    // The sum reads 2 · 256 values and writes 256, of two bytes each.
    expect(layers[1]!.cost).toMatchObject({ dramReadBytes: 1024, dramWriteBytes: 512, macs: 0 })
  })

  it('shrinks traffic with the widths of the PE type', () => {
    const workload = workloadOf(NETWORKS['resnet20']!)
    const traffic = (peType: (typeof PE_TYPES)[number]) =>
      sums(estimate(workload, accelerator({ peType }), factsPeModel), ({ cost }) => cost.dramReadBytes)
    expect(traffic('fp32')).toBeGreaterThan(1.5 * traffic('int16'))
    expect(traffic('int16')).toBeGreaterThan(1.5 * traffic('int8'))
    expect(traffic('lightpe-2')).toBe(traffic('int8'))
    expect(traffic('lightpe-1')).toBeLessThan(traffic('int8'))
  })

  it('maps a depthwise layer by groups, which fill the array', () => {
    const net = graph('net', [28, 28, 96])
    net.conv(net.input, { name: 'depthwise', filters: 96, groups: 96 })
    const wide = { ...edge, bufferBandwidth: 1024, dramBandwidth: 1000 }
    const [layer] = estimate(workloadOf(net.finish()), wide, factsPeModel).layers
    expect(layer!.mapping!.groups * layer!.mapping!.groupsAcross).toBeGreaterThan(1)
    expect(layer!.cost.activePes).toBe(168)
  })

  it('spreads a batch over a fully connected layer’s idle columns, or loads its filters once for all', () => {
    const net = graph('net', [512])
    net.dense(net.input, { name: 'fc', units: 256 })
    const workload = workloadOf(net.finish())
    const ms = [1, 16].map(batch => estimate(workload, edge, factsPeModel, { batch }).latencyMs)
    expect(ms[1]!).toBeLessThan(4 * ms[0]!)
  })
})

describe('what an accelerator cannot run', () => {
  it('is a layer of an unknown type, by name', () => {
    const { layers, ...rest } = resnet({ depth: 20 })
    const odd = { ...layers.at(-1)!, type: 'attention' } as unknown as Network['layers'][number]
    expect(() => workloadOf({ ...rest, layers: [...layers.slice(0, -1), odd] })).toThrow(/attention/)
  })

  it('is a kernel row longer than a scratchpad, with the words it needs', () => {
    const workload = workloadOf(NETWORKS['resnet50']!)
    expect(() => estimate(workload, { ...edge, ifmapWords: 4 }, factsPeModel)).toThrow(
      /layer "stem" does not fit int16: a kernel row of 7 needs ifmapWords 7 or more, there are 4/,
    )
  })
})
