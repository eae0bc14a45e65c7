import { afterAll, describe, expect, it } from 'vitest'
import { networkOf, predict, type Tensor, tf } from '../../src/engine/index.js'
import { initialize, type Network, type Weight, type Weights, weightSpecs } from '../../src/network/index.js'
import { random } from '../../src/random.js'
import { decode, parseChoice } from '../../src/search/decode.js'
import { type Block, readSpace, type Space, searchable } from '../../src/search/space.js'
import { type Architecture, largest } from '../../src/search/space-architectures.js'
import {
  createSupernet,
  disposeSupernet,
  gateAll,
  gatedWeight,
  packSupernet,
  type Supernet,
  thresholdVariables,
} from '../../src/search/supernet.js'
import { largestDifference, normal } from '../engine/values.js'
import { smallSpace } from './small-space.js'

const tensor = ({ shape, data }: Weight): Tensor => tf.tensor(data, [...shape])

/**
 * A supernet's weights as after some training. The batch norms behind the superkernels get mean 0 and no positive
 * beta: a channel that is cut leaves them as relu(beta) = 0, as if it were not there. In a real supernet it leaves a
 * constant, which is one reason why the found network is trained from scratch.
 */
function trained(space: Space, seed: number): Weights {
  const network = initialize(decode(space, largest(space)), seed)
  const gated = searchable(space).map(({ name }) => `${name}/depthwise_bn`)
  return Object.fromEntries(
    weightSpecs(network).map(({ name, layer, kind, shape }) => {
      const stream = random(seed, 'trained', name)
      const behind = gated.includes(layer)
      const values: Record<string, () => number> = {
        gamma: () => 0.5 + stream.uniform(),
        variance: () => 0.5 + stream.uniform(),
        beta: () => (behind ? -0.3 * stream.uniform() : 0.3 * stream.normal()),
        mean: () => (behind ? 0 : 0.3 * stream.normal()),
      }
      const { data } = network.weights[name]!
      return [name, { shape, data: kind in values ? data.map(values[kind]!) : data }]
    }),
  )
}

/** Logits of the supernet with decisions forced to an architecture. */
function cutLogits(
  supernet: Supernet,
  weights: Weights,
  architecture: Architecture,
  x: Tensor,
): Float32Array {
  const { space, superkernels, network } = supernet
  const thresholds = new Map(
    searchable(space).flatMap((block, b) => {
      const choice = architecture[b]!
      const { kernel, expansion } =
        choice === 'skip' ? { kernel: 0, expansion: 0 } : parseChoice(block, choice)
      const threshold = (open: boolean) => (open ? -100 : 100)
      return [
        [`${block.name}/thresholds/kernel`, block.kernels.slice(1).map(k => threshold(k <= kernel))],
        [`${block.name}/thresholds/expansion`, block.expansions.map(e => threshold(e <= expansion))],
      ] as [string, number[]][]
    }),
  )
  const logits = tf.tidy(() => {
    const value = (name: string) =>
      thresholds.has(name) ? tf.tensor1d(thresholds.get(name)!) : tensor(weights[name]!)
    const gated = gateAll(supernet, value, 0.25)
    const kernels = new Map(superkernels.map((kernel, b) => [gatedWeight(kernel), gated[b]!.kernel]))
    return predict(network, x, name => kernels.get(name) ?? value(name))
  })
  return logits.dataSync() as Float32Array
}

/** Logits of the decoded network, with the supernet's weights cut to size: first channels, inner pixels. */
function decodedLogits(space: Space, weights: Weights, architecture: Architecture, x: Tensor): Float32Array {
  const network: Network = decode(space, architecture)
  const own = new Map(
    weightSpecs(network).map(({ name, shape }) => [
      name,
      crop(weights[name]!, shape, isDepthwise(space, name)),
    ]),
  )
  return tf.tidy(() => predict(network, x, name => tensor(own.get(name)!))).dataSync() as Float32Array
}

const isDepthwise = (space: Space, name: string) =>
  searchable(space).some((block: Block) => name === `${block.name}/depthwise/kernel`)

function crop({ shape, data }: Weight, to: readonly number[], centred: boolean): Weight {
  const from = shape.map((size, d) => (centred && d < 2 ? (size - to[d]!) / 2 : 0))
  const whole = tf.tensor(data, [...shape])
  return { shape: to, data: tf.slice(whole, from, [...to]).dataSync() as Float32Array }
}

const wide = (space: Space, seed: number): Architecture =>
  searchable(space).map(({ choices }, b) => {
    const offered = choices.filter(choice => choice !== 'skip')
    return offered[random(seed, 'wide', b).integer(offered.length)]!
  })

describe('a candidate cut from the supernet', () => {
  const spaces = [smallSpace, readSpace('cifar10-tiny')]
  const supernets = spaces.map(space => createSupernet(space, 3))
  afterAll(() => supernets.forEach(disposeSupernet))

  it.each(spaces.map((space, i) => [space.name, i] as const))(
    'computes what the decoded network computes with the same weights (%s)',
    (_, i) => {
      const space = spaces[i]!
      const x = normal([4, ...space.input])
      for (let seed = 0; seed < 6; seed++) {
        const weights = trained(space, seed)
        const architecture = wide(space, seed)
        const ours = cutLogits(supernets[i]!, weights, architecture, x)
        expect(largestDifference(ours, decodedLogits(space, weights, architecture, x))).toBeLessThan(1e-4)
        const other = cutLogits(supernets[i]!, weights, largest(space), x)
        if (architecture.join() !== largest(space).join())
          expect(largestDifference(ours, other)).toBeGreaterThan(1e-3)
      }
    },
  )

  it('that skips a block adds what the last batch norm makes of zeros: nothing, where that is zero', () => {
    const space = smallSpace
    const x = normal([4, ...space.input])
    const architecture = largest(space).with(1, 'skip')
    const weights = trained(space, 1)
    const silent = Object.fromEntries(
      Object.entries(weights).map(([name, { shape, data }]) => {
        const shift = ['b02/project_bn/mean', 'b02/project_bn/beta'].includes(name)
        return [name, { shape, data: shift ? data.map(() => 0) : data }]
      }),
    )
    const difference = (weights: Weights) =>
      largestDifference(
        cutLogits(supernets[0]!, weights, architecture, x),
        decodedLogits(space, weights, architecture, x),
      )
    expect(difference(silent)).toBeLessThan(1e-4)
    expect(difference(weights)).toBeGreaterThan(1e-3)
  })
})

describe('a supernet', () => {
  it('starts as the initialized largest network, thresholds 0', () => {
    const supernet = createSupernet(smallSpace, 5)
    const { weights } = initialize(decode(smallSpace, largest(smallSpace)), 5)
    expect(networkOf(supernet.model).weights).toEqual(weights)
    for (const variable of thresholdVariables(supernet)) {
      expect(
        variable
          .read()
          .dataSync()
          .every(value => value === 0),
      ).toBe(true)
    }
    disposeSupernet(supernet)
  })

  it('packed and unpacked is the same, with the norms it started from', () => {
    const supernet = createSupernet(smallSpace, 5)
    supernet.thresholds[0]!.expansion.assign(tf.tensor1d([0.5, -0.25]))
    supernet.model.variables.get('b01/depthwise/kernel')!.assign(normal([5, 5, 1, 24]))
    const tensors = packSupernet(supernet)
    const again = createSupernet(smallSpace, 5, tensors)
    expect(packSupernet(again)).toEqual(tensors)
    expect(again.references).toEqual(supernet.references)
    for (const each of [supernet, again]) disposeSupernet(each)
  })

  it('disposed leaves nothing behind', () => {
    const before = tf.memory().numTensors
    disposeSupernet(createSupernet(smallSpace, 5))
    expect(tf.memory().numTensors).toBe(before)
  })
})
