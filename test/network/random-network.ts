import {
  ACTIVATION_FUNCTIONS,
  createNetwork,
  type Graph,
  graph,
  type Network,
  weightSpecs,
} from '../../src/network/index.js'
import { type RandomStream, random } from '../../src/random.js'

type Step = (net: Graph, from: string, draw: (n: number) => number) => string

const channelsOf = (net: Graph, name: string) => net.shape(name).at(-1)!

/** One step for every thing a network can do to a feature map. */
const steps: readonly Step[] = [
  (net, from, draw) =>
    net.conv(from, {
      filters: 1 + draw(6),
      kernel: [1 + draw(3), 1 + draw(3)],
      strides: [1 + draw(2), 1],
      padding: [1, draw(2) + 1, 2, draw(2) + 1],
      bias: draw(2) === 0,
    }),
  (net, from, draw) =>
    net.conv(from, { filters: channelsOf(net, from) * (1 + draw(2)), groups: channelsOf(net, from) }),
  (net, from, draw) => {
    const even = net.conv(from, { filters: 4, kernel: 1 })
    return net.conv(even, { filters: 6, groups: 2, dilations: 1 + draw(2), bias: true })
  },
  (net, from) => net.batchNorm(from, { epsilon: 1e-3 }),
  (net, from) => net.layerNorm(from, { epsilon: 1e-3 }),
  (net, from, draw) => net.scale(from, { shift: draw(2) === 0 }),
  (net, from, draw) => net.pad(from, { padding: [draw(2), 1, draw(3), 0] }),
  (net, from, draw) => {
    const bilinear = draw(2) === 0
    const size = [2 + draw(8), 2 + draw(8)] as const
    return net.resize(from, {
      size,
      mode: bilinear ? 'bilinear' : 'nearest',
      alignCorners: bilinear && draw(2) === 0,
    })
  },
  (net, from, draw) => {
    const start = draw(channelsOf(net, from))
    return net.sliceChannels(from, { start, count: channelsOf(net, from) - start })
  },
  (net, from, draw) => {
    const groups = 2 + draw(2)
    return net.channelShuffle(net.conv(from, { filters: groups * (1 + draw(3)), kernel: 1 }), { groups })
  },
  (net, from, draw) =>
    net.activation(from, { function: ACTIVATION_FUNCTIONS[draw(ACTIVATION_FUNCTIONS.length)]! }),
  (net, from, draw) =>
    net.add(draw(2) === 0 ? [from, net.activation(from)] : [from, from, net.activation(from)]),
  (net, from, draw) => {
    const squeezed = net.globalAveragePool(from, { keepSpatial: draw(2) === 0 })
    return net.multiply([from, net.activation(squeezed, { function: 'sigmoid' }), from])
  },
  (net, from) => net.concat([from, net.activation(from), from]),
  (net, from, draw) =>
    net.pool(from, {
      function: draw(2) === 0 ? 'max' : 'average',
      kernel: [2, 3],
      strides: [1, 1 + draw(2)],
      padding: [1, 0, 1, 2],
      includePadding: draw(2) === 0,
    }),
  (net, from, draw) => net.subsample(from, { strides: [1 + draw(2), 1 + draw(2)] }),
  (net, from, draw) => net.padChannels(from, { before: draw(3), after: 1 + draw(2) }),
  (net, from) => net.quantize(from, { bits: 16 }),
  (net, from) => net.dropout(from, { rate: 0.5 }),
  (net, from) => net.softmax(from),
  (net, from) => {
    const [height, width] = net.shape(from) as [number, number, number]
    return net.resize(net.subsample(from), { size: [height, width], mode: 'midpoint' })
  },
]

/** A small network of random steps over a feature map, closed by a flattened or pooled classifier. */
export function randomNetwork(seed: number, order: readonly number[]): Network {
  const stream = random(seed, 'structure')
  const draw = (n: number) => stream.integer(n)
  const net = graph(`random-${seed}`, [5 + draw(3), 6, 3], 'image')
  let last = net.input
  for (const index of order) last = steps[index % steps.length]!(net, last, draw)
  last = draw(2) === 0 ? net.flatten(last) : net.globalAveragePool(last)
  last = net.padChannels(net.dense(last, { units: 4 }), { before: 1, after: 1 })
  last = net.batchNorm(net.dropout(last))
  last = net.flatten(net.dense(net.multiply([last, last]), { units: 3, bias: false }))
  if (draw(2) === 0) net.softmax(last)
  return withRandomWeights(net.finish(), seed)
}

/** How many kinds of steps there are: `order` of all indices below it covers every layer type. */
export const STEPS = steps.length

/** The network with weights that leave nothing at its neutral value. */
export function withRandomWeights(network: Network, seed: number): Network {
  const weights = weightSpecs(network).map(({ name, shape, kind }) => {
    const stream = random(seed, name)
    const length = shape.reduce((product, size) => product * size, 1)
    const fanIn = kind === 'kernel' ? length / shape.at(-1)! : 1
    // So small a step that a value rounded the other way is no difference.
    if (kind === 'step') return [name, { shape, data: Float32Array.of(2 ** -14) }] as const
    const value = () =>
      kind === 'variance'
        ? 0.5 + stream.uniform()
        : stream.normal() / Math.sqrt(fanIn) + Number(kind === 'gamma')
    return [name, { shape, data: Float32Array.from({ length }, value) }] as const
  })
  return createNetwork({ ...network, weights: Object.fromEntries(weights) })
}

export const normals = (length: number, stream: RandomStream) =>
  Float32Array.from({ length }, () => stream.normal())
