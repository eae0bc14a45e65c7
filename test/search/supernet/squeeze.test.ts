import { describe, expect, it } from 'vitest'
import { execute, type Tensor, tf } from '../../../src/engine/index.js'
import { graph, initialize, squeezeExcite, type Weights } from '../../../src/network/index.js'
import { decode } from '../../../src/search/space/decode.js'
import { searchable } from '../../../src/search/space/space.js'
import { largest } from '../../../src/search/space/space-architectures.js'
import {
  decideSqueeze,
  squeezeKernels,
  squeezeNorm,
  squeezeOutputs,
} from '../../../src/search/supernet/squeeze.js'
import { differenceToOnnx, withRandomWeights } from '../../engine/onnx-runtime.js'
import { squeezingSpace } from '../space/small-space.js'
import { normals } from './plain-gate.js'

const block = searchable(squeezingSpace)[1]!
const [HEIGHT, WIDTH, CHANNELS, REDUCED] = [3, 2, 5, 2]
const TEMPERATURE = 0.25

/** Squeeze-and-excitation of that block alone, over a few channels. */
const net = graph('se', [HEIGHT, WIDTH, CHANNELS])
squeezeExcite(net, net.input, { name: `${block.name}/se`, reduced: REDUCED, activation: 'silu' })
const network = net.finish()
const weights = (seed: number): Weights =>
  Object.fromEntries(
    Object.entries(initialize(network, seed).weights).map(([name, { shape, data }]) => [
      name,
      { shape, data: Float32Array.from(normals(data.length, seed, name)) },
    ]),
  )
const NAMES = ['se_reduce/kernel', 'se_reduce/bias', 'se_expand/kernel', 'se_expand/bias'].map(
  part => `${block.name}/${part}`,
)

interface Point {
  readonly x: readonly number[]
  readonly channelGates: readonly number[]
  readonly threshold: readonly number[]
  /** In the order of NAMES. */
  readonly parameters: readonly (readonly number[])[]
}

/** The gated block one number at a time: y = x · c · (1 + d · (SE(x · c) − 1)), one image. */
function plain(
  { x, channelGates, threshold, parameters }: Point,
  reference: number,
  decide: (margin: number) => number,
): { y: number[]; margin: number } {
  const [reduce, reduceBias, expand, expandBias] = parameters as [number[], number[], number[], number[]]
  const sigmoid = (v: number) => 1 / (1 + Math.exp(-v))
  const pixels = HEIGHT * WIDTH
  const means = channelGates.map((gate, c) => {
    let sum = 0
    for (let p = 0; p < pixels; p++) sum += x[p * CHANNELS + c]!
    return (gate * sum) / pixels
  })
  const hidden = reduceBias.map((bias, r) => {
    const v = means.reduce((sum, mean, c) => sum + mean * reduce[c * REDUCED + r]!, bias)
    return v * sigmoid(v)
  })
  const factors = expandBias.map((bias, c) =>
    sigmoid(hidden.reduce((sum, h, r) => sum + h * expand[r * CHANNELS + c]!, bias)),
  )
  const norm = Math.sqrt([...reduce, ...expand].reduce((sum, w) => sum + w * w, 1e-12))
  const margin = norm / reference - threshold[0]!
  const d = decide(margin)
  return {
    y: x.map((v, i) => v * channelGates[i % CHANNELS]! * (1 + d * (factors[i % CHANNELS]! - 1))),
    margin,
  }
}

/** The same by the engine. */
function gated(x: Tensor, channelGates: Tensor, threshold: Tensor, parameters: Tensor[], reference: number) {
  const values = new Map(NAMES.map((name, i) => [name, parameters[i]!]))
  const { gate: squeezeGate, margin } = decideSqueeze(
    squeezeKernels(block).map(name => values.get(name)!),
    threshold,
    { reference, temperature: TEMPERATURE },
  )
  const outputs = new Map(squeezeOutputs(block, squeezeGate))
  const y = execute(network, tf.mul(x, channelGates), {
    weight: name => values.get(name)!,
    output: (layer, output) => outputs.get(layer)?.(output) ?? output,
  })
  return { y, margin }
}

const point = (seed: number, threshold: number): Point => {
  const own = weights(seed)
  return {
    x: normals(HEIGHT * WIDTH * CHANNELS, seed, 'x'),
    channelGates: [1, 1, Math.fround(1 / 0.6), 0, 0],
    threshold: [threshold],
    parameters: NAMES.map(name => [...own[name]!.data]),
  }
}
const tensors = ({ x, channelGates, threshold, parameters }: Point) => [
  tf.tensor(x as number[], [1, HEIGHT, WIDTH, CHANNELS]),
  tf.tensor1d(channelGates as number[]),
  tf.tensor1d(threshold as number[]),
  ...NAMES.map((name, i) => tf.tensor(parameters[i] as number[], [...weights(1)[name]!.shape])),
]
const hard = (margin: number) => (margin >= 0 ? 1 : 0)

describe('a decoded network with squeeze-and-excitation', () => {
  it('gives the same logits in onnxruntime', async () => {
    for (const architecture of [largest(squeezingSpace), ['3x3-e3-se', '5x5-e3']]) {
      const network = withRandomWeights(decode(squeezingSpace, architecture))
      expect(await differenceToOnnx(network)).toBeLessThan(1e-4)
    }
  })
})

describe('a gated squeeze-and-excitation', () => {
  it.each([
    ['open', 0.8],
    ['closed', 1.2],
  ])('%s computes what its equation says', (_, threshold) => {
    for (let seed = 1; seed < 5; seed++) {
      const at = point(seed, threshold)
      const reference = squeezeNorm(block, weights(seed))
      const expected = plain(at, reference, hard)
      tf.tidy(() => {
        const [x, channels, t, ...parameters] = tensors(at) as [Tensor, Tensor, Tensor]
        const { y, margin } = gated(x, channels, t, parameters, reference)
        const values = [...y.dataSync()]
        expect(margin.dataSync()[0]).toBeCloseTo(1 - threshold, 5)
        for (const [i, value] of values.entries()) expect(value).toBeCloseTo(expected.y[i]!, 4)
        // Cut channels are exactly 0.
        for (const [i, value] of values.entries()) if (i % CHANNELS > 2) expect(Math.abs(value)).toBe(0)
      })
    }
  })

  it('closed passes its input through', () => {
    const at = { ...point(1, 100), channelGates: Array<number>(CHANNELS).fill(1) }
    expect(plain(at, 1, hard).y).toEqual(at.x)
    tf.tidy(() => {
      const [x, channels, t, ...parameters] = tensors(at) as [Tensor, Tensor, Tensor]
      expect([...gated(x, channels, t, parameters, 1).y.dataSync()]).toEqual([...x.dataSync()])
    })
  })

  it.each([
    ['open', 0.9],
    ['closed', 1.1],
  ])(
    '%s has the gradient of its finite differences in input, gates, threshold and weights',
    (_, threshold) => {
      const at = point(7, Math.fround(threshold))
      const reference = Math.fround(squeezeNorm(block, weights(7)))
      const push = normals(at.x.length, 7, 'push')
      // Straight-through: at the point itself the hard step, and from there as the sigmoid moves.
      const sigmoid = (margin: number) => 1 / (1 + Math.exp(-margin / TEMPERATURE))
      const start = plain(at, reference, hard).margin
      const decide = (margin: number) => hard(start) + sigmoid(margin) - sigmoid(start)
      const lengths = [at.x, at.channelGates, at.threshold, ...at.parameters].map(({ length }) => length)
      const flat = [at.x, at.channelGates, at.threshold, ...at.parameters].flat()
      const loss = (values: readonly number[]) => {
        const parts = lengths.map((length, i) => {
          const from = lengths.slice(0, i).reduce((a, b) => a + b, 0)
          return values.slice(from, from + length)
        })
        const [x, channelGates, threshold, ...parameters] = parts as [
          number[],
          number[],
          number[],
          ...number[][],
        ]
        const { y } = plain({ x, channelGates, threshold, parameters }, reference, decide)
        return y.reduce((sum, value, i) => sum + value * push[i]!, 0)
      }
      const { grads } = tf.valueAndGrads((x, channels, t, ...parameters) => {
        const { y } = gated(x!, channels!, t!, parameters, reference)
        return tf.sum(tf.mul(tf.reshape(y, [-1]), tf.tensor1d(push))).asScalar()
      })(tensors(at))
      const gradient = grads.flatMap(tensor => [...tensor.dataSync()])
      expect(gradient).toHaveLength(flat.length)
      const h = 1e-4
      for (const [i, value] of flat.entries()) {
        const slope = (loss(flat.with(i, value + h)) - loss(flat.with(i, value - h))) / (2 * h)
        expect(Math.abs(gradient[i]! - slope)).toBeLessThan(2e-3 * Math.max(1, Math.abs(slope)))
      }
      // The decision is heard: the threshold has a slope.
      expect(Math.abs(gradient[at.x.length + CHANNELS]!)).toBeGreaterThan(1e-2)
    },
  )
})
