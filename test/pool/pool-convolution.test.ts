import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  compile,
  createModel,
  createOptimizer,
  disposeModel,
  disposeOptimizer,
  eager,
  execute,
  gradients,
  networkOf,
  type Tensor,
  takeStep,
  tf,
  trainStep,
} from '../../src/engine/index.js'
import { NetworkError } from '../../src/errors.js'
import {
  graph,
  inferShapes,
  initialize,
  mobilenetV2,
  type Network,
  resnet,
  vgg16,
} from '../../src/network/index.js'
import { poolable, poolConvolution, poolConvolutions, pooledConvolutions } from '../../src/pool/index.js'
import { random } from '../../src/random.js'
import { drawOf, normal, uniform } from '../engine/values.js'
import { normals, withRandomWeights } from '../network/random-network.js'
import { referenceForward } from '../network/reference-forward.js'
import { randomConvolution } from './random-convolution.js'

const strides = (network: Network, name: string) => {
  const layer = network.layers.find(each => each.name === name)!
  return layer.type === 'conv' ? layer.strides : undefined
}
const namesAround = (network: Network, name: string) => {
  const at = network.layers.findIndex(layer => layer.name === name)
  return network.layers.slice(at - 1, at + 2).map(layer => layer.name)
}

describe('a pooled convolution', () => {
  it('keeps every second pixel as it was and interpolates the others, whatever its size, stride and padding', () => {
    fc.assert(
      fc.property(fc.nat(1e6), seed => {
        const network = randomConvolution(seed)
        const pooled = poolConvolution(network, 'conv')
        const [height, width, channels] = inferShapes(network).get(network.layers.at(-1)!.name) as [
          number,
          number,
          number,
        ]
        const image = normals(
          network.input.shape.reduce((a, b) => a * b, 1),
          random(seed, 'image'),
        )
        const [exact, found] = [network, pooled].map(each => referenceForward(each, image))
        expect(found!.length).toBe(exact!.length)
        const kept = (row: number, column: number, c: number) =>
          exact![(row * width + column) * channels + c]!
        const means = (at: number, size: number) =>
          at % 2 === 0 ? [at, at] : at + 1 < size ? [at - 1, at + 1] : [at - 1, at - 1]
        found!.forEach((value, i) => {
          const [c, column, row] = [
            i % channels,
            Math.floor(i / channels) % width,
            Math.floor(i / channels / width),
          ]
          const corners = means(row, height).flatMap(y => means(column, width).map(x => kept(y, x, c)))
          const mean = corners.reduce((a, b) => a + b, 0) / 4
          expect(Math.abs(value - mean)).toBeLessThan(1e-12 * Math.max(1, Math.abs(mean)))
        })
      }),
      { numRuns: 150, seed: 2 },
    )
  })

  it('is interpolated behind its batch norm and activation, which then run at low resolution', () => {
    const network = vgg16({ variant: 'cifar', width: 0.25 })
    const pooled = poolConvolution(network, 'conv3_3')
    expect(strides(pooled, 'conv3_3')).toEqual([2, 2])
    expect(namesAround(pooled, 'conv3_3_interpolate')).toEqual([
      'conv3_3_act',
      'conv3_3_interpolate',
      'pool3',
    ])
    const shapes = inferShapes(pooled)
    for (const name of ['conv3_3', 'conv3_3_bn', 'conv3_3_act']) expect(shapes.get(name)).toEqual([4, 4, 64])
    expect(shapes.get('conv3_3_interpolate')).toEqual([8, 8, 64])
  })

  it('is interpolated behind its batch norm where that feeds an addition', () => {
    const pooled = poolConvolution(resnet({ depth: 20 }), 'stage2/block1/conv2')
    const at = 'stage2/block1/conv2_interpolate'
    expect(pooled.layers.find(({ name }) => name === at)!.inputs).toEqual(['stage2/block1/conv2_bn'])
    expect(pooled.layers.find(({ name }) => name === 'stage2/block1/add')!.inputs.at(-1)).toBe(at)
  })

  it('is interpolated at once where two layers read it, and at the end where it is the output', () => {
    const net = graph('two', [6, 6, 3])
    const first = net.conv(net.input, { name: 'first', filters: 4 })
    const sum = net.add([net.activation(first), net.batchNorm(first)])
    net.activation(net.conv(sum, { name: 'last', filters: 2 }), { name: 'end' })
    const pooled = poolConvolutions(net.finish(), ['last', 'first'])
    expect(namesAround(pooled, 'first_interpolate')).toEqual(['first', 'first_interpolate', 'activation1'])
    expect(pooled.layers.filter(({ inputs }) => inputs.includes('first_interpolate')).length).toBe(2)
    expect(pooled.layers.at(-1)).toMatchObject({ name: 'last_interpolate', inputs: ['end'], size: [6, 6] })
  })

  it('is the same network in whichever order several are pooled, with the weights of before', () => {
    const network = initialize(mobilenetV2({ variant: 'cifar', width: 0.25 }), 1)
    const { layers } = poolable(network)
    const pooled = poolConvolutions(network, layers)
    expect(poolConvolutions(network, layers.toReversed())).toEqual(pooled)
    expect(pooledConvolutions(pooled).map(({ layer }) => layer)).toEqual(layers)
    for (const [name, weight] of Object.entries(network.weights))
      expect(pooled.weights[name]!.data).toBe(weight.data)
    expect(pooledConvolutions(network)).toEqual([])
  })

  it('is refused where the output is a single pixel, or interpolated already, with the reason', () => {
    const net = graph('small', [4, 4, 3])
    const a = net.conv(net.input, { name: 'a', filters: 4 })
    const b = net.conv(a, { name: 'b', filters: 4, kernel: 4, padding: [0, 0, 0, 0] })
    net.dense(net.flatten(b), { name: 'c', units: 2 })
    const network = net.finish()
    expect(poolable(network)).toEqual({
      layers: ['a'],
      refused: new Map([['b', 'its output is a single pixel']]),
    })
    const pooled = poolConvolution(network, 'a')
    expect(poolable(pooled).refused.get('a')).toBe('its output is interpolated already')
    for (const [from, layer, message] of [
      [network, 'b', /layer "b" cannot be pooled: its output is a single pixel/],
      [pooled, 'a', /layer "a" cannot be pooled: its output is interpolated already/],
      [network, 'c', /layer "c" is of type dense; only convolutions/],
      [network, 'd', /network "small" has no layer "d"/],
    ] as const) {
      expect(() => poolConvolution(from, layer)).toThrow(message)
      expect(() => poolConvolution(from, layer)).toThrow(NetworkError)
    }
  })
})

/** Two pooled convolutions, of odd and even sizes, one depthwise and one in front of an addition. */
function pooledModel(smooth: boolean): Network {
  const net = graph('pooled', [7, 6, 3])
  const act = smooth ? ('silu' as const) : ('relu' as const)
  const a = net.activation(net.batchNorm(net.conv(net.input, { name: 'a', filters: 4 })), { function: act })
  const b = net.batchNorm(net.conv(a, { name: 'b', filters: 4, groups: 4 }))
  const c = net.activation(net.conv(net.add([a, b]), { name: 'c', filters: 4, kernel: 1 }), { function: act })
  net.dense(net.flatten(c), { units: 3 })
  return withRandomWeights(poolConvolutions(net.finish(), ['a', 'b', 'c']), 1)
}

describe('a network with pooled convolutions is trained', () => {
  it('by gradients that finite differences show', () => {
    tf.tidy(() => {
      const network = pooledModel(true)
      const names = Object.keys(network.weights).filter(name => !/(mean|variance)$/.test(name))
      const fixed = new Map(
        Object.entries(network.weights).map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]),
      )
      const at = [normal([4, 7, 6, 3]), ...names.map(name => fixed.get(name)!)]
      const loss = (inputs: Tensor[]) => {
        const weight = (name: string) =>
          (names.includes(name) ? inputs[names.indexOf(name) + 1] : fixed.get(name))!
        const training = { ...drawOf({ seed: 1, step: 0 }), update: () => {} }
        const y = execute(network, inputs[0]!, { weight, training })
        return tf.sum(tf.mul(y, normal(y.shape, 9)))
      }
      for (const [i, gradient] of gradients(() => loss(at), at).gradients.entries()) {
        const direction = uniform(gradient.shape, -1, 1, i)
        const moved = (step: number) =>
          loss(at.with(i, tf.add(at[i]!, tf.mul(direction, step)))).dataSync()[0]!
        const numeric = (moved(5e-3) - moved(-5e-3)) / 1e-2
        const [analytic, norm] = [tf.sum(tf.mul(gradient, direction)), tf.norm(gradient)].map(
          t => t.dataSync()[0]!,
        )
        expect(Math.abs(numeric - analytic!), names[i - 1] ?? 'image').toBeLessThan(5e-3 * norm! + 5e-3)
      }
    })
  })

  it('by compiled steps with the bits of eager ones, and keeps no tensor', () => {
    const weights = [eager, compile].map(make => {
      const model = createModel(pooledModel(false))
      const optimizer = createOptimizer(model.trainable, { kind: 'momentum' })
      const program = make(trainStep(model, optimizer))
      const stream = random(1, 'images')
      const step = (number: number) =>
        takeStep(
          program,
          model,
          { images: normals(4 * 126, stream), labels: Int32Array.of(0, 1, 2, 0), count: 4 },
          { learningRate: 0.1, seed: 1, step: number },
        )
      step(0)
      const before = tf.memory().numTensors
      for (const number of [1, 2, 3]) step(number)
      expect(tf.memory().numTensors).toBe(before)
      program.dispose()
      const trained = networkOf(model).weights
      disposeOptimizer(optimizer)
      disposeModel(model)
      return trained
    })
    expect(weights[1]).toEqual(weights[0])
    expect(weights[0]!['a/kernel']).not.toEqual(pooledModel(false).weights['a/kernel'])
  })
})
