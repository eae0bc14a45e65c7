import { beforeAll, describe, expect, it } from 'vitest'
import { createModel, disposeModel, evaluate, type LabelledImages, tf } from '../../src/engine/index.js'
import {
  createNetwork,
  graph,
  initialize,
  type Network,
  resnet,
  type Weights,
} from '../../src/network/index.js'
import {
  type Affine,
  CRITERIA,
  type CriterionInput,
  type CriterionName,
  channelsOf,
  criteria,
  groupsOf,
  mask,
  removalOrder,
} from '../../src/prune/index.js'
import { random } from '../../src/random.js'
import { normal } from '../engine/values.js'

/** Two convolutions of four filters, one 1×1 dense layer each to read them; a residual between them. */
function network(): Network {
  const net = graph('criteria', [4, 4, 2])
  const stem = net.conv(net.input, { name: 'stem', filters: 4 })
  const inner = net.activation(net.batchNorm(net.conv(stem, { name: 'inner', filters: 6 }), { name: 'norm' }))
  const sum = net.add([stem, net.conv(inner, { name: 'outer', filters: 4, bias: true })])
  net.dense(net.globalAveragePool(sum), { name: 'classifier', units: 3 })
  return withGammas(initialize(net.finish(), 4))
}

function withGammas(made: Network): Network {
  const stream = random(1, 'gammas')
  const draw = (scale: number) => Float32Array.from({ length: 6 }, () => scale * stream.normal())
  const weights: Weights = {
    ...made.weights,
    'norm/gamma': { shape: [6], data: draw(1) },
    'norm/beta': { shape: [6], data: draw(0.3) },
  }
  return createNetwork({ ...made, weights })
}

const made = network()
const channels = channelsOf(made)
const innerAtoms = [...channels.of.get('inner')!]
const residualAtoms = [...channels.of.get('stem')!]
const kernel = (layer: string) => made.weights[`${layer}/kernel`]!
/** The weights of one filter. */
const filter = (layer: string, i: number): number[] => {
  const { shape, data } = kernel(layer)
  return [...data].filter((_, at) => at % shape.at(-1)! === i)
}
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
const squares = (values: readonly number[]) => sum(values.map(value => value * value))
const mean = (layer: string) => squares([...kernel(layer).data]) / kernel(layer).shape.at(-1)!
const distance = (a: readonly number[], b: readonly number[]) =>
  Math.sqrt(squares(a.map((x, i) => x - b[i]!)))

const batch: LabelledImages = {
  images: normal([12, 4, 4, 2]).dataSync() as Float32Array,
  labels: Int32Array.from({ length: 12 }, (_, i) => i % 3),
  count: 12,
}
const images = () => [batch, batch]
const affine: Affine = {
  stem: { alpha: 2, kappa: 0.1 },
  inner: { alpha: 0.5, kappa: -0.2 },
  outer: { alpha: 1, kappa: 3 },
}
const score = (name: CriterionName, changes: Partial<CriterionInput> = {}) =>
  criteria[name].score({ network: made, channels, reduce: 'sum', seed: 5, affine, images, ...changes })

/** What each criterion must say of filter i of the inner convolution, and of channel i of the residual stream. */
const expected: Partial<
  Record<CriterionName, { inner: (i: number) => number; residual: (i: number) => number }>
> = {
  l1: {
    inner: i => sum(filter('inner', i).map(Math.abs)),
    residual: i => sum([...filter('stem', i), ...filter('outer', i)].map(Math.abs)),
  },
  l2: {
    inner: i => squares(filter('inner', i)),
    residual: i => squares([...filter('stem', i), ...filter('outer', i)]),
  },
  'l2-per-layer': {
    inner: i => squares(filter('inner', i)) / mean('inner'),
    residual: i => squares(filter('stem', i)) / mean('stem') + squares(filter('outer', i)) / mean('outer'),
  },
  legr: {
    inner: i => 0.5 * squares(filter('inner', i)) - 0.2,
    residual: i => 2 * squares(filter('stem', i)) + 0.1 + squares(filter('outer', i)) + 3,
  },
  'bn-scale': {
    inner: i => Math.abs(made.weights['norm/gamma']!.data[i]!),
    // Nothing normalises the stream: it goes last.
    residual: () => Number.POSITIVE_INFINITY,
  },
  fpgm: {
    inner: i => sum([0, 1, 2, 3, 4, 5].map(j => distance(filter('inner', i), filter('inner', j)))),
    residual: i =>
      sum(
        [0, 1, 2, 3].flatMap(j =>
          ['stem', 'outer'].map(layer => distance(filter(layer, i), filter(layer, j))),
        ),
      ),
  },
}

describe.each(CRITERIA)('%s', name => {
  let scores: Float64Array
  beforeAll(async () => {
    scores = await score(name)
  })

  it('gives every atom a number, or infinity, and the same one twice', async () => {
    expect(scores).toHaveLength(channels.atoms)
    expect([...scores].some(Number.isNaN)).toBe(false)
    expect(await score(name)).toEqual(scores)
  })

  it('tells the channels of a layer apart', () => {
    expect(new Set(innerAtoms.map(atom => scores[atom])).size).toBe(innerAtoms.length)
  })

  it('orders all that can go, and leaves a tenth', () => {
    const order = removalOrder(groupsOf(made, channels), scores)
    expect(order).toHaveLength(5 + 3)
    expect(order.some(atom => channels.fixed.has(atom))).toBe(false)
    for (const layer of [innerAtoms, residualAtoms]) {
      const gone = [...order].filter(atom => layer.includes(atom))
      expect(gone).toEqual(gone.toSorted((a, b) => scores[a]! - scores[b]! || a - b))
    }
  })

  const exact = expected[name]
  it.runIf(exact)('is what its formula says', () => {
    const close = (found: number, right: number) =>
      right === Number.POSITIVE_INFINITY ? expect(found).toBe(right) : expect(found).toBeCloseTo(right, 5)
    for (const [i, atom] of innerAtoms.entries()) close(scores[atom]!, exact!.inner(i))
    for (const [i, atom] of residualAtoms.entries()) close(scores[atom]!, exact!.residual(i))
  })

  it('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors
    await score(name)
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('scores of channels that go together', () => {
  it('are summed, averaged, or the largest counts', async () => {
    const [total, average, largest] = await Promise.all(
      (['sum', 'mean', 'max'] as const).map(reduce => score('l2', { reduce })),
    )
    for (const [i, atom] of residualAtoms.entries()) {
      const parts = [squares(filter('stem', i)), squares(filter('outer', i))]
      expect(total![atom]).toBeCloseTo(sum(parts), 5)
      expect(average![atom]).toBeCloseTo(sum(parts) / 2, 5)
      expect(largest![atom]).toBeCloseTo(Math.max(...parts), 5)
    }
  })
})

describe('uniform', () => {
  it('takes the same share of every group', async () => {
    const whole = initialize(resnet({ depth: 20 }), 1)
    const map = channelsOf(whole)
    const scores = await criteria.uniform.score({ network: whole, channels: map, reduce: 'sum', seed: 0 })
    const order = removalOrder(groupsOf(whole, map), scores)
    const gone = new Set(order.subarray(0, Math.round(map.atoms / 4)))
    for (const group of groupsOf(whole, map).filter(({ fixed }) => fixed === undefined)) {
      const share = group.atoms.filter(atom => gone.has(atom)).length / group.atoms.length
      expect(Math.abs(share - 0.25), group.name).toBeLessThan(1 / 16)
    }
  })
})

describe('taylor', () => {
  it('ranks channels of a layer as removing them changes the loss, to first order', async () => {
    // Small gammas: the first order is nearly all there is.
    const scale = (data: Float32Array) => data.map(value => 0.02 * value)
    const weights = Object.fromEntries(
      Object.entries(made.weights).map(([name, weight]) => [
        name,
        name.startsWith('norm/') && !name.endsWith('variance')
          ? { ...weight, data: scale(weight.data) }
          : weight,
      ]),
    )
    const small = createNetwork({
      ...made,
      weights: { ...weights, 'outer/bias': made.weights['outer/bias']! },
    })
    const scores = await score('taylor', { network: small })
    const loss = (network: Network) => {
      const model = createModel(withBatchStatistics(network))
      const { loss } = evaluate(model, images())
      disposeModel(model)
      return loss
    }
    const whole = loss(small)
    for (const atom of innerAtoms) {
      const change = loss(mask(small, [atom], channels)) - whole
      expect(change ** 2 / scores[atom]!).toBeGreaterThan(0.5)
      expect(change ** 2 / scores[atom]!).toBeLessThan(2)
    }
  })

  it('without images says what it needs', async () => {
    await expect(criteria.taylor.score({ network: made, channels, reduce: 'sum', seed: 0 })).rejects.toThrow(
      /taylor: needs data/,
    )
  })
})

/** The network with the running statistics that its batch has at "norm": evaluation is then what training computes. */
function withBatchStatistics(network: Network): Network {
  const { shape, data } = kernel('stem')
  const inner = kernel('inner')
  const [means, variances] = tf.tidy(() => {
    const x = tf.tensor4d(batch.images, [12, 4, 4, 2])
    const stem = tf.conv2d(x, tf.tensor4d(data, shape as [number, number, number, number]), 1, 'same')
    const y = tf.conv2d(
      stem,
      tf.tensor4d(inner.data, inner.shape as [number, number, number, number]),
      1,
      'same',
    )
    const { mean, variance } = tf.moments(y, [0, 1, 2])
    return [mean.dataSync() as Float32Array, variance.dataSync() as Float32Array]
  })
  const weights = {
    ...network.weights,
    'norm/mean': { shape: [6], data: means! },
    'norm/variance': { shape: [6], data: variances! },
  }
  return createNetwork({ ...network, weights })
}

describe('a criterion refuses', () => {
  it('a network without what it looks at', async () => {
    const net = graph('folded', [4, 4, 2])
    net.dense(net.flatten(net.conv(net.input, { filters: 4 })), { units: 2 })
    const folded = initialize(net.finish(), 1)
    const input = { network: folded, channels: channelsOf(folded) }
    await expect(score('bn-scale', input)).rejects.toThrow(/"folded" has no batch normalization/)
    await expect(score('l2', { ...input, network: net.finish() })).rejects.toThrow(/"folded" has no weights/)
  })

  it('weights that are no numbers, by name', async () => {
    const data = kernel('inner').data.slice()
    data[3] = Number.NaN
    const broken = { ...made, weights: { ...made.weights, 'inner/kernel': { ...kernel('inner'), data } } }
    await expect(score('l1', { network: broken })).rejects.toThrow(
      /"inner\/kernel" holds values that are no numbers/,
    )
  })
})
