import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  absolute,
  acceleratorCostModel,
  type CostModel,
  countCostModel,
  parseConstraint,
} from '../../src/cost/index.js'
import { InputError } from '../../src/errors.js'
import { readAccelerator, readPeModel } from '../../src/hardware/index.js'
import {
  count,
  inferShapes,
  initialize,
  mobilenetV2,
  type Network,
  resnet,
  vgg16,
} from '../../src/network/index.js'
import {
  type CriterionName,
  type CutOptions,
  channelsOf,
  criteria,
  cutToBudget,
  groupsOf,
  prune,
  removalOrder,
  removedAtoms,
} from '../../src/prune/index.js'
import { random } from '../../src/random.js'

async function prepared(network: Network, criterion: CriterionName, options: { keepAtLeast?: number } = {}) {
  const channels = channelsOf(network)
  const weights = initialize(network, 1)
  const scores = await criteria[criterion].score({ network: weights, channels, reduce: 'sum', seed: 2 })
  const groups = groupsOf(network, channels)
  const order = removalOrder(groups, scores, options.keepAtLeast)
  return { network, channels, groups, order, scores }
}

async function cut(
  network: Network,
  budget: string,
  options: Partial<CutOptions> = {},
  criterion: CriterionName = 'l2',
) {
  const { scores: _, ...parts } = await prepared(network, criterion)
  const model = options.model ?? countCostModel
  const bound = absolute(parseConstraint(budget), await model.estimate(network))
  return cutToBudget({ ...parts, ...options, model, budget: bound })
}

const widths = (network: Network) =>
  network.layers
    .filter(({ type }) => type === 'conv')
    .map(({ name }) => inferShapes(network).get(name)!.at(-1)!)

describe('the order in which atoms go', () => {
  it('leaves every layer a tenth of its channels, or as asked, and at least one', async () => {
    const network = resnet({ depth: 20, widths: [4, 8, 16] })
    for (const keepAtLeast of [0, 0.1, 0.3, 1]) {
      const { channels, order } = await prepared(network, 'l1', { keepAtLeast })
      const left = prune(network, order, channels)
      const before = inferShapes(network)
      for (const [name, shape] of inferShapes(left)) {
        const [now, was] = [shape.at(-1)!, before.get(name)!.at(-1)!]
        expect(now, name).toBeGreaterThanOrEqual(Math.max(1, Math.ceil(keepAtLeast * was)))
      }
      if (keepAtLeast === 1) expect(order).toHaveLength(0)
    }
  })

  it('is by score, equal ones by number', () => {
    const network = resnet({ depth: 8 })
    const channels = channelsOf(network)
    const [a, b, c] = channels.of.get('stage1/block1/conv1')!
    const scores = new Float64Array(channels.atoms).fill(Number.POSITIVE_INFINITY)
    for (const [atom, score] of [
      [c!, 1],
      [b!, 2],
      [a!, 2],
    ] as const)
      scores[atom] = score
    expect([...removalOrder(groupsOf(network, channels), scores).subarray(0, 3)]).toEqual([c, a, b])
  })

  it('refuses a share that is none', () => {
    expect(() => removalOrder([], new Float64Array(), 1.5)).toThrow(InputError)
  })
})

describe('a cut', () => {
  it('of ResNet-56, 125.49 M MACs, is the first that meets the budget', async () => {
    const network = resnet({ depth: 56 })
    expect(count(network).macs / 1e6).toBeCloseTo(125.49, 2)
    for (const share of [70, 50, 30]) {
      const parts = await prepared(network, 'l2')
      const found = await cut(network, `macs<=${share}%`)
      expect(found.misses).toEqual([])
      const macs = (many: number) =>
        count(prune(network, removedAtoms(parts.order, many, parts.groups), parts.channels)).macs
      expect(found.cost.macs).toBe(macs(found.count))
      expect(macs(found.count)).toBeLessThanOrEqual((share / 100) * count(network).macs)
      expect(macs(found.count - 1)).toBeGreaterThan((share / 100) * count(network).macs)
    }
  })

  it('by uniform shares leaves each layer about 71 % of its filters at half of the MACs', async () => {
    const network = resnet({ depth: 56 })
    const { dead } = await cut(network, 'macs<=50%', {}, 'uniform')
    const [now, was] = [widths(prune(network, dead)), widths(network)]
    for (const [i, width] of now.entries())
      expect(Math.abs(width / was[i]! - Math.SQRT1_2)).toBeLessThan(1 / 16)
  })

  it.each(['macs<=40%', 'params<=30%'])('of MobileNetV2 and VGG meets %s', async budget => {
    for (const network of [
      mobilenetV2({ variant: 'cifar', width: 0.25 }),
      vgg16({ variant: 'cifar', width: 0.25 }),
    ]) {
      const { misses, cost, dead } = await cut(network, budget)
      expect(misses).toEqual([])
      expect(cost).toMatchObject(await countCostModel.estimate(prune(network, dead)))
    }
  })

  it('on an accelerator meets latency and energy', async () => {
    const model = acceleratorCostModel(readAccelerator('edge-int8'), readPeModel())
    const network = resnet({ depth: 20 })
    const whole = await model.estimate(network)
    const slow = await cut(network, 'latency<=60%', { model })
    expect(slow.cost.latencyMs!).toBeLessThanOrEqual(0.6 * whole.latencyMs!)
    const costly = await cut(network, 'energy<=60%', { model })
    expect(costly.cost.energyMj!).toBeLessThanOrEqual(0.6 * whole.energyMj!)
    expect(costly.dead).not.toEqual(slow.dead)
  })

  it('that is not needed removes nothing', async () => {
    expect(await cut(resnet({ depth: 8 }), 'macs<=100%')).toMatchObject({ count: 0, dead: [], misses: [] })
  })

  it('that cannot be made goes as far as it can, and says by how much it misses', async () => {
    const network = resnet({ depth: 8 })
    const found = await cut(network, 'macs<=0.1%')
    expect(found.misses).toMatchObject([{ metric: 'macs', value: found.cost.macs }])
    expect(found.misses[0]!.by).toBeCloseTo(found.cost.macs - 0.001 * count(network).macs, 3)
    expect(widths(prune(network, found.dead)).every((width, i) => width <= 0.2 * widths(network)[i]!)).toBe(
      true,
    )
  })

  it('to multiples keeps every group at a multiple, or whole', async () => {
    const network = resnet({ depth: 20, widths: [16, 32, 60] })
    const found = await cut(network, 'macs<=50%', { roundTo: 8 })
    expect(found.misses).toEqual([])
    for (const width of widths(prune(network, found.dead))) expect(width % 8 === 0 || width === 60).toBe(true)
    expect(new Set(widths(prune(network, found.dead))).size).toBeGreaterThan(3)
  })
})

/** ResNet-8 priced by a function of the channels that its convolutions have in all. */
const priced = (kind: CostModel['kind'], latency: (channels: number) => number) => {
  const asked: number[] = []
  const model: CostModel = {
    name: 'made up',
    kind,
    async estimate(network) {
      const channels = widths(network).reduce((a, b) => a + b, 0)
      asked.push(channels)
      return { latencyMs: latency(channels), macs: 1, params: 1 }
    },
  }
  return { model, asked }
}

describe('where prices are not monotone', () => {
  const network = resnet({ depth: 8 })
  const all = widths(network).reduce((a, b) => a + b, 0)

  it('a cut below the one that bisection finds is taken', async () => {
    const plain = await cut(
      network,
      `latency<=${all / 2}ms`,
      priced('accelerator', channels => channels),
    )
    const { channels } = await prepared(network, 'l2')
    const spared = widths(prune(network, plain.dead, channels)).reduce((a, b) => a + b, 0)
    // A little more than that many channels happen to be fast as well.
    const dip = (channels: number) => (channels > spared + 2 && channels < spared + 9 ? 1 : channels)
    const found = await cut(network, `latency<=${all / 2}ms`, priced('accelerator', dip))
    expect(found.misses).toEqual([])
    expect(found.count).toBeLessThan(plain.count)
  })

  it('a cut in the middle is found though the end misses', async () => {
    const valley = (channels: number) => 1 + Math.abs(channels - 0.6 * all)
    const found = await cut(network, `latency<=${0.1 * all}ms`, priced('accelerator', valley))
    expect(found.misses).toEqual([])
    const none = await cut(network, 'latency<=0.5ms', priced('accelerator', valley))
    expect(none.misses).toHaveLength(1)
    expect(none.cost.latencyMs!).toBeLessThan(0.1 * all)
  })
})

describe('where prices are measured', () => {
  it('few measurements are enough, and the cut meets the budget', async () => {
    const network = resnet({ depth: 20 })
    const all = widths(network).reduce((a, b) => a + b, 0)
    const stream = random(1, 'noise')
    const { model, asked } = priced('host', channels => channels * (1 + 0.01 * stream.normal()))
    const found = await cut(network, `latency<=${all / 2}ms`, { model })
    expect(asked.length).toBeLessThanOrEqual(11)
    expect(found.misses).toEqual([])
    expect(found.cost.latencyMs!).toBeGreaterThan(0.45 * all)
  })
})

describe('removed atoms', () => {
  it('of more are those of fewer and others, whatever widths are rounded to', () => {
    const network = resnet({ depth: 14, widths: [6, 12, 24] })
    const channels = channelsOf(network)
    const groups = groupsOf(network, channels)
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.nat(1000), (roundTo, seed) => {
        const stream = random(seed, 'order')
        const order = removalOrder(groups, Float64Array.from({ length: channels.atoms }, stream.uniform))
        let before: readonly number[] = []
        for (let many = 0; many <= order.length; many += 7) {
          const removed = removedAtoms(order, many, groups, roundTo)
          expect(new Set(removed).size).toBe(removed.length)
          expect(before.every(atom => removed.includes(atom))).toBe(true)
          before = removed
        }
        prune(network, before, channels)
      }),
      { numRuns: 20, seed: 1 },
    )
  })
})
