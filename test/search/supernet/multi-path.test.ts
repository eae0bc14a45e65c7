import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { parseConstraint } from '../../../src/cost/index.js'
import {
  execute,
  gradients,
  predict,
  softmaxCrossEntropy,
  type Tensor,
  tf,
} from '../../../src/engine/index.js'
import { type Weights, weightSpecs } from '../../../src/network/index.js'
import { random } from '../../../src/random.js'
import { decode } from '../../../src/search/space/decode.js'
import { exactPrice, pricesOf } from '../../../src/search/space/price.js'
import { parseSpace, readSpace, type Space, searchable } from '../../../src/search/space/space.js'
import {
  type Architecture,
  randomArchitecture,
  uniform,
} from '../../../src/search/space/space-architectures.js'
import {
  createMultiPath,
  disposeMultiPath,
  mixedOutputs,
  mixedPrice,
  multiPathSearched,
  probabilitiesOf,
} from '../../../src/search/supernet/multi-path.js'
import { multiPathNetwork, multiPathWeight } from '../../../src/search/supernet/multi-path-network.js'
import { drawOf, largestDifference, normal } from '../../engine/values.js'
import { smallSpace, spaceFile, variedSpace } from '../space/small-space.js'
import { trainedWeights } from './cut-supernet.js'

const tensorOf = (weights: Weights) => (name: string) => {
  const { shape, data } = weights[name]!
  return tf.tensor(data, [...shape]) as Tensor
}

/** Probability 1 for the choices of an architecture. */
const oneHot = (space: Space, architecture: Architecture) =>
  searchable(space).map(({ choices }, b) =>
    tf.tensor1d(choices.map(choice => (choice === architecture[b] ? 1 : 0))),
  )

const equal = (space: Space) =>
  searchable(space).map(({ choices }) => tf.fill([choices.length], 1 / choices.length))

describe('the network of a multi-path supernet', () => {
  it('has weights of its own for every choice, and what is fixed once', () => {
    const { network, mixtures } = multiPathNetwork(smallSpace)
    const names = weightSpecs(network).map(({ name }) => name)
    for (const choice of ['3x3-e3', '3x3-e6', '5x5-e3', '5x5-e6'])
      expect(names).toContain(`b02/${choice}/depthwise/kernel`)
    expect(names.filter(name => name.startsWith('b00/'))).toEqual(
      weightSpecs(decode(smallSpace, ['3x3-e3', 'skip', '3x3-e2']))
        .map(({ name }) => name)
        .filter(name => name.startsWith('b00/')),
    )
    expect(mixtures.map(({ outputs }) => outputs.length)).toEqual([4, 5, 2])
    expect(mixtures[1]!.outputs.at(-1)).toBe('b02/skip')
    const sums = network.layers.filter(({ name }) => ['b01', 'b02', 'b03'].includes(name))
    expect(sums.map(({ type, inputs }) => [type, inputs.length])).toEqual([
      ['add', 4],
      ['add', 5],
      ['add', 2],
    ])
  })

  it('holds as many parameters as its candidates together, in the ImageNet space too', () => {
    const space = readSpace('imagenet-single-path')
    const paramsOf = (prefix: string, of: ReturnType<typeof decode>) =>
      weightSpecs(of)
        .filter(({ name }) => name.startsWith(prefix))
        .reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0)
    const { network } = multiPathNetwork(space)
    for (const choice of ['3x3-e3', '5x5-e6']) {
      const alone = decode(space, uniform(space, choice))
      for (const { name } of searchable(space))
        expect(paramsOf(`${name}/${choice}/`, network)).toBe(paramsOf(`${name}/`, alone))
    }
  })
})

describe('a mixture in which every block has one choice', () => {
  const spaces = [smallSpace, variedSpace, readSpace('cifar10-tiny')]

  it.each(spaces.map(space => [space.name, space] as const))(
    'computes what the decoded network computes with the same weights (%s)',
    (_, space) => {
      const { network, mixtures } = multiPathNetwork(space)
      const x = normal([3, ...space.input])
      const mix = (probabilities: Tensor[], weights: Weights) =>
        tf
          .tidy(() => {
            const output = mixedOutputs({ mixtures }, probabilities)
            return execute(network, x, { weight: tensorOf(weights), output })
          })
          .dataSync()
      for (let seed = 0; seed < 4; seed++) {
        const weights = trainedWeights(network, seed)
        const architecture = randomArchitecture(space, random(seed, 'one-hot'))
        const decoded = decode(space, architecture)
        const nameOf = multiPathWeight(space, architecture)
        const theirs = tf.tidy(() => predict(decoded, x, name => tensorOf(weights)(nameOf(name)))).dataSync()
        expect(largestDifference(mix(oneHot(space, architecture), weights), theirs)).toBeLessThan(1e-4)
        expect(largestDifference(mix(equal(space), weights), theirs)).toBeGreaterThan(1e-3)
      }
    },
  )

  it('costs what that architecture costs, and one in which all count the same the mean of all', async () => {
    for (const space of [smallSpace, variedSpace]) {
      const [price] = await pricesOf(space, [parseConstraint('macs<=90%')])
      const at = (probabilities: Tensor[]) =>
        tf.tidy(() => mixedPrice(space, price!, probabilities)).dataSync()[0]!
      for (let seed = 0; seed < 5; seed++) {
        const architecture = randomArchitecture(space, random(seed, 'price'))
        expect(at(oneHot(space, architecture)) / exactPrice(price!, space, architecture)).toBeCloseTo(1, 5)
      }
      const blocks = searchable(space)
      const base = blocks.map(({ choices }) => choices[0]!)
      const mean = blocks.reduce(
        (sum, { choices }, b) => {
          const more = choices.map(
            choice => exactPrice(price!, space, base.with(b, choice)) - exactPrice(price!, space, base),
          )
          return sum + more.reduce((a, b) => a + b) / choices.length
        },
        exactPrice(price!, space, base),
      )
      expect(at(equal(space)) / mean).toBeCloseTo(1, 5)
    }
  })
})

describe('the gradient of a mixture', () => {
  // A smooth activation: a finite difference must not cross a kink.
  const space = parseSpace(
    spaceFile([
      '{ blocks: 2, filters: 6, stride: 2, kernels: [3, 5], expansions: [2, 3], skip: true }',
    ]).replace('stem:', 'activation: silu\nstem:'),
    'smooth.yaml',
  )
  const supernet = createMultiPath(space, 2)
  afterAll(() => disposeMultiPath(supernet))

  it.each(['softmax', 'gumbel'] as const)(
    'in the logits is that of finite differences, cross-entropy and price together (%s)',
    async sampling => {
      const prices = await pricesOf(space, [parseConstraint('macs<=50%')])
      const searched = multiPathSearched(supernet, sampling, prices)
      const weights = trainedWeights(supernet.model.network, 1)
      const x = normal([6, ...space.input])
      const labels = tf.tensor1d([0, 1, 2, 3, 4, 0], 'int32')
      const at = supernet.logits.map(({ name, shape }) => ({
        name,
        tensor: normal(shape, name.length + shape[0]!),
      }))
      const feeds = {
        ...drawOf({ seed: 3, step: 4 }),
        noise: tf.scalar(1),
        inverseTemperature: tf.scalar(0.8),
      }
      const training = { ...drawOf({ seed: 3, step: 4 }), update: () => {} }
      const lossAt = (logits: ReadonlyMap<string, Tensor>) => {
        const value = (name: string) => logits.get(name) ?? tensorOf(weights)(name)
        const { execution, prices } = searched.pass(value, feeds as never)
        const crossEntropy = softmaxCrossEntropy(
          execute(supernet.model.network, x, { ...execution, training }),
          labels,
        )
        return tf.add(crossEntropy, tf.mul(tf.log(prices[0]!), 0.3)) as Tensor
      }
      const named = new Map(at.map(({ name, tensor }) => [name, tensor]))
      const found = tf.tidy(() => {
        const { gradients: all } = gradients(
          () => lossAt(named),
          at.map(({ tensor }) => tensor),
        )
        return all.map(gradient => [...gradient.dataSync()])
      }) as unknown as number[][]
      const step = 0.02
      for (const [b, { name, tensor }] of at.entries())
        for (let i = 0; i < tensor.shape[0]!; i++) {
          const moved = (by: number) =>
            tf
              .tidy(() => {
                const values = [...tensor.dataSync()]
                const there = new Map(named).set(name, tf.tensor1d(values.with(i, values[i]! + by)))
                return lossAt(there)
              })
              .dataSync()[0]!
          expect(found[b]![i]).toBeCloseTo((moved(step) - moved(-step)) / (2 * step), 3)
        }
      expect(Math.max(...found.flat().map(Math.abs))).toBeGreaterThan(0.01)
    },
  )
})

describe('Gumbel-softmax', () => {
  const supernet = createMultiPath(variedSpace, 1)
  afterAll(() => disposeMultiPath(supernet))
  const logits = new Map(supernet.logits.map(({ name, shape }, i) => [name, normal(shape, i)]))
  const drawn = (seed: number, step: number, { noise = 1, temperature = 0.5 } = {}) =>
    tf.tidy(() =>
      probabilitiesOf(supernet, 'gumbel', name => logits.get(name)!, {
        ...drawOf({ seed, step }),
        noise: tf.scalar(noise),
        inverseTemperature: tf.scalar(1 / temperature),
      } as never).map(block => [...block.dataSync()] as never),
    ) as unknown as number[][]

  it('is a function of seed, step and block, and sums to 1', () => {
    expect(drawn(1, 2)).toEqual(drawn(1, 2))
    for (const other of [drawn(1, 3), drawn(2, 2)]) expect(other).not.toEqual(drawn(1, 2))
    for (const block of drawn(1, 2)) expect(block.reduce((a, b) => a + b)).toBeCloseTo(1, 5)
  })

  it('without noise is the softmax', () => {
    const plain = tf.tidy(() =>
      probabilitiesOf(supernet, 'softmax', name => logits.get(name)!, {}).map(
        block => [...block.dataSync()] as never,
      ),
    ) as unknown as number[][]
    expect(drawn(1, 2, { noise: 0, temperature: 1 })).toEqual(plain)
  })

  it('has the choice of largest probability as often as the softmax says', () => {
    const draws = 400
    const counts = supernet.logits.map(({ shape }) => new Array<number>(shape[0]!).fill(0))
    for (let step = 0; step < draws; step++)
      for (const [b, block] of drawn(7, step).entries()) counts[b]![block.indexOf(Math.max(...block))]!++
    const softmax = [...logits.values()].map(block => [...tf.softmax(block).dataSync()])
    for (const [b, block] of counts.entries())
      for (const [i, count] of block.entries()) {
        const p = softmax[b]![i]!
        expect(Math.abs(count / draws - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / draws) + 1e-9)
      }
  })

  it('is nearer to one choice the lower the temperature', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1e6 }), step => {
        const [cold, warm] = [0.5, 5].map(temperature => drawn(1, step, { temperature }))
        for (const [b, block] of cold!.entries())
          expect(Math.max(...block)).toBeGreaterThanOrEqual(Math.max(...warm![b]!))
      }),
      { numRuns: 20 },
    )
  })
})
