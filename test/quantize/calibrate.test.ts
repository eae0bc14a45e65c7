import { describe, expect, it } from 'vitest'
import { createModel, disposeModel, evaluate, networkOf, predict, tf } from '../../src/engine/index.js'
import { InputError, NetworkError } from '../../src/errors.js'
import { createNetwork, graph, initialize, type Network } from '../../src/network/index.js'
import {
  activationStatistics,
  calibrate,
  createQuantizedModel,
  disposeQuantizedModel,
  prepare,
  quantizedLayers,
  quantizeWeights,
  type SchemeName,
  schemes,
} from '../../src/quantize/index.js'
import { countSizes, percentile, shareAbove, sizeHistogram } from '../../src/quantize/size-histogram.js'
import { noise, smallNetwork } from './small.js'

const plan = { batches: 2, percentile: 100 }
const batches = (network: Network) => [noise(network, 12, 1), noise(network, 12, 2)]
const types = ({ layers }: Network) =>
  layers.map(({ name, type, inputs }) => `${name}:${type}(${inputs.join(',')})`)

/** A prepared network with calibrated steps, and what was silent. */
function calibrated(scheme: SchemeName, network = smallNetwork(), percent = 100) {
  const quantized = createQuantizedModel(prepare(network, schemes[scheme]))
  try {
    const silent = calibrate(quantized, batches(network), { plan: { ...plan, percentile: percent } })
    return { network: networkOf(quantized.model), prepared: quantized.prepared, silent }
  } finally {
    disposeQuantizedModel(quantized)
  }
}
const logits = (network: Network, images = noise(network)) => {
  const y = tf.tidy(() =>
    predict(network, tf.tensor(images.images, [images.count, ...network.input.shape]), name => {
      const { shape, data } = network.weights[name]!
      return tf.tensor(data, [...shape])
    }),
  )
  const values = y.dataSync() as Float32Array
  y.dispose()
  return values
}

describe('the places of rounding', () => {
  it('stand before every quantized layer, for all that read the same', () => {
    const { network, layers } = prepare(smallNetwork(), schemes.int8)
    expect(layers).toEqual(['stem', 'inner', 'linear', 'depthwise', 'classifier'])
    expect(types(network)).toEqual([
      'input/quantized:quantize(input)',
      'stem:conv(input/quantized)',
      'stem_bn:batchNorm(stem)',
      'stem_act:activation(stem_bn)',
      'stem_act/quantized:quantize(stem_act)',
      'inner:conv(stem_act/quantized)',
      'inner_bn:batchNorm(inner)',
      'sum:add(stem_act/quantized,inner_bn)',
      'sum_act:activation(sum)',
      'pool:pool(sum_act)',
      'pool/quantized:quantize(pool)',
      'linear:conv(pool/quantized)',
      'linear_bn:batchNorm(linear)',
      'linear_bn/quantized:quantize(linear_bn)',
      'depthwise:conv(linear_bn/quantized)',
      'depthwise_bn:batchNorm(depthwise)',
      'depthwise_act:activation(depthwise_bn)',
      'average:globalAveragePool(depthwise_act)',
      'average/quantized:quantize(average)',
      'classifier:dense(average/quantized)',
    ])
  })

  it('of signs replace activations, also behind pooling, and leave shortcuts real', () => {
    const { network, layers } = prepare(smallNetwork(), schemes.binary)
    expect(layers).toEqual(['inner', 'linear', 'depthwise'])
    expect(types(network)).toEqual([
      'stem:conv(input)',
      'stem_bn:batchNorm(stem)',
      'stem_bn/quantized:quantize(stem_bn)',
      'inner:conv(stem_bn/quantized)',
      'inner_bn:batchNorm(inner)',
      'sum:add(stem_bn,inner_bn)',
      'pool:pool(sum)',
      'pool/quantized:quantize(pool)',
      'linear:conv(pool/quantized)',
      'linear_bn:batchNorm(linear)',
      'linear_bn/quantized:quantize(linear_bn)',
      'depthwise:conv(linear_bn/quantized)',
      'depthwise_bn:batchNorm(depthwise)',
      'depthwise_act:activation(depthwise_bn)',
      'average:globalAveragePool(depthwise_act)',
      'classifier:dense(average)',
    ])
  })

  it('stay as they are in a network that has them', () => {
    const once = prepare(smallNetwork(), schemes['lightnn-2'])
    expect(prepare(once.network, schemes['lightnn-1']).network).toEqual(once.network)
    const signs = prepare(smallNetwork(), schemes.binary)
    expect(prepare(signs.network, schemes['binary-scaled']).network).toEqual(signs.network)
  })

  it('leave first and last layers out where that is asked for, but not all', () => {
    expect(quantizedLayers(smallNetwork(), 'float')).toEqual(['inner', 'linear', 'depthwise'])
    const net = graph('two', [4])
    net.dense(net.dense(net.input, { units: 3 }), { units: 2 })
    expect(() => prepare(initialize(net.finish(), 1), schemes.binary)).toThrow(NetworkError)
    expect(() => prepare(initialize(net.finish(), 1), schemes.binary)).toThrow(
      'two: has no layer between the first and the last: there is nothing to quantize',
    )
  })
})

describe('calibration', () => {
  it('gives steps that reach as far as the values do', () => {
    const { network, prepared, silent } = calibrated('int8')
    expect(silent).toEqual([])
    const images = batches(network).flatMap(({ images }) => [...images])
    const most = Math.max(...images.map(Math.abs))
    expect(network.weights['input/quantized/step']!.data[0]).toBe(Math.fround(most / 127))
    expect(prepared.quantizers.map(({ name }) => network.weights[`${name}/step`]!.data[0])).not.toContain(1)
  })

  it('of fixed point gives powers of two', () => {
    const { network, prepared } = calibrated('lightnn-2')
    const fine = calibrated('int8').network
    for (const { name } of prepared.quantizers) {
      const step = network.weights[`${name}/step`]!.data[0]!
      expect(Number.isInteger(Math.log2(step))).toBe(true)
      if (name !== 'input/quantized') continue
      expect(step).toBeGreaterThanOrEqual(fine.weights[`${name}/step`]!.data[0]! * 0.99)
      expect(step).toBeLessThan(2 * fine.weights[`${name}/step`]!.data[0]!)
    }
  })

  it('changes little in 16 bits, more in 8, and most with 4 of weights', () => {
    const before = logits(smallNetwork())
    const size = Math.max(...before.map(Math.abs))
    const [int16, int8, int8x4] = (['int16', 'int8', 'int8x4'] as const).map(scheme => {
      const { network, prepared } = calibrated(scheme)
      const after = logits(quantizeWeights({ ...prepared, network }))
      return Math.max(...after.map((value, i) => Math.abs(value - before[i]!))) / size
    })
    expect(int16).toBeLessThan(1e-3)
    expect(int8).toBeLessThan(0.1)
    expect(int16).toBeLessThan(int8!)
    expect(int8).toBeLessThan(int8x4!)
    expect(int8x4).toBeLessThan(1)
  })

  it('by a percentile leaves outliers out, and refuses where it would leave out everything', () => {
    const [whole, most] = [100, 99].map(percent => calibrated('int8', smallNetwork(), percent).network)
    const step = (network: Network) => network.weights['stem_act/quantized/step']!.data[0]!
    expect(step(most!)).toBeLessThan(step(whole!))
    expect(() => calibrated('int8', smallNetwork(), 20)).toThrow(InputError)
    expect(() => calibrated('int8', smallNetwork(), 20)).toThrow(
      /^calibration of "input": 20 % of its values that are not 0 reach 0\.\d+, and 80 % lie beyond; take a higher/,
    )
    for (const percent of [0, 101, Number.NaN])
      expect(() => calibrated('int8', smallNetwork(), percent)).toThrow('above 0 and up to 100')
  })

  it('says which values are always 0, and refuses those that are no numbers', () => {
    const weights = (name: string, value: number): Network => {
      const network = smallNetwork()
      const { shape, data } = network.weights[name]!
      const changed = { ...network.weights, [name]: { shape, data: data.map(() => value) } }
      return createNetwork({ ...network, weights: changed })
    }
    const { silent, network } = calibrated('int8', weights('stem_bn/beta', -100))
    // Nothing has a bias, so all that follows is 0 too.
    expect(silent).toEqual(['stem_act', 'pool', 'linear_bn', 'average'].map(name => `${name}/quantized`))
    expect(network.weights['stem_act/quantized/step']!.data[0]).toBe(1)
    expect(() => calibrated('int8', weights('stem_bn/beta', Number.POSITIVE_INFINITY))).toThrow(
      'calibration of "stem_act": its values are no finite numbers',
    )
  })

  it('leaves no tensor behind', () => {
    calibrated('int8')
    const before = tf.memory().numTensors
    calibrated('flightnn')
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('a histogram of sizes', () => {
  it('finds percentiles to a 4096th of its range, however it grew', () => {
    const histogram = sizeHistogram()
    for (const part of [
      Array.from({ length: 500 }, (_, i) => i / 1e3),
      Array.from({ length: 501 }, (_, i) => -(i + 500) / 1e3),
    ])
      countSizes(histogram, Float32Array.from(part))
    expect(histogram.total).toBe(1001)
    for (const percent of [10, 50, 90]) expect(percentile(histogram, percent)).toBeCloseTo(percent / 100, 2)
    expect(percentile(histogram, 100)).toBe(1)
    expect(shareAbove(histogram, 0.25)).toBeCloseTo(0.75, 2)
    expect(percentile(sizeHistogram(), 50)).toBe(0)
  })
})

describe('activation statistics', () => {
  it('tell what is rounded, and how much of it lies beyond', () => {
    const network = smallNetwork()
    const quantized = createQuantizedModel(prepare(network, schemes.int8))
    calibrate(quantized, batches(network), { plan: { ...plan, percentile: 95 } })
    const statistics = activationStatistics(quantized, batches(network))
    disposeQuantizedModel(quantized)
    expect(statistics.map(({ tensor }) => tensor)).toEqual([
      'input',
      'stem_act',
      'pool',
      'linear_bn',
      'average',
    ])
    const [input] = statistics
    expect(input!.beyond).toBeCloseTo(0.05, 2)
    expect(input!.channels).toBeUndefined()
    expect(input!.histogram.counts.reduce((sum, count) => sum + count, 0)).toBe(24 * 192)
  })

  it('of signs count the channels of each bad shape', () => {
    const net = graph('signs', [8, 8, 3])
    const normal = net.batchNorm(net.conv(net.input, { name: 'stem', filters: 4 }), { name: 'norm' })
    net.dense(net.globalAveragePool(net.conv(normal, { name: 'conv', filters: 2 })), { units: 5 })
    const plain = initialize(net.finish(), 1)
    // Of mean and deviation as batch norm is told: one channel of one sign, one wide, one narrow, one good.
    const weights = {
      ...plain.weights,
      'norm/gamma': { shape: [4], data: Float32Array.of(1, 8, 0.2, 1) },
      'norm/beta': { shape: [4], data: Float32Array.of(5, 0, 0.4, 0.95) },
    }
    const network = createNetwork({ ...plain, weights })
    const quantized = createQuantizedModel(prepare(network, schemes.binary))
    const [signs] = activationStatistics(quantized, [noise(network, 40)], { statistics: 'batch' })
    disposeQuantizedModel(quantized)
    expect(signs!.channels).toEqual({ degeneration: 0.5, saturation: 0.25, mismatch: 0.25 })
    // (5 − 1)², (8 / 4 − 1)² and (1 − 0.4 − 0.2 / 4)² in a channel each; the narrow one is of one sign by 0.2² too.
    expect(signs!.losses!.degeneration).toBeCloseTo((16 + 0.04) / 4, 2)
    expect(signs!.losses!.saturation).toBeCloseTo(1 / 4, 2)
    expect(signs!.losses!.mismatch).toBeCloseTo(0.3025 / 4, 2)
    expect(signs!.beyond).toBeGreaterThan(0.4)
  })
})

describe('a quantized network', () => {
  it('is the one that is evaluated: its weights are on the grid, to the bit', () => {
    const { network, prepared } = calibrated('lightnn-1')
    const once = quantizeWeights({ ...prepared, network })
    expect(quantizeWeights({ ...prepared, network: once })).toEqual(once)
    expect(new Set(once.weights['inner/kernel']!.data).size).toBeLessThanOrEqual(16)
    expect(once.weights['inner_bn/gamma']).toEqual(network.weights['inner_bn/gamma'])
    const model = createModel(once)
    expect(evaluate(model, [noise(once)]).count).toBe(12)
    disposeModel(model)
  })
})
