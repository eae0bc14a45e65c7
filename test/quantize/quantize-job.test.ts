import { beforeAll, describe, expect, it } from 'vitest'
import { type CostModel, parseConstraint } from '../../src/cost/index.js'
import { createModel, disposeModel, evaluate, tf } from '../../src/engine/index.js'
import { DataError, InfeasibleError, InputError, NetworkError } from '../../src/errors.js'
import { createNetwork, type Network } from '../../src/network/index.js'
import {
  CALIBRATION,
  DISTRIBUTION_PLAN,
  priceOfTerms,
  type QuantizeConfig,
  type QuantizeOptions,
  type QuantizeResult,
  quantizeJob,
  schemes,
  TERMS_PLAN,
  termsPrice,
  trainingPlanOf,
} from '../../src/quantize/index.js'
import { tinyDataset } from '../data/tiny-dataset.js'
import { cutShort } from '../runs/cut-short.js'
import { toEnd } from '../runs/to-end.js'
import { smallNetwork } from './small.js'

const network = smallNetwork()
const dataset = tinyDataset({ train: 120, test: 20 })

const CONFIG: QuantizeConfig = {
  ...{
    scheme: 'int8',
    firstLast: 'quantized',
    calibration: { ...CALIBRATION, batches: 2 },
    terms: TERMS_PLAN,
  },
  ...{ heldOut: 0.2, share: 1, augment: { crop: 1, flip: true } },
  training: { ...trainingPlanOf(schemes.int8, { trained: true }), epochs: 2, batchSize: 24 },
}
type Changes = Partial<QuantizeConfig>
const job = (changes: Changes = {}, options: Partial<QuantizeOptions> = {}) =>
  quantizeJob({ network, config: { ...CONFIG, ...changes }, dataset, seed: 3, ...options })

const FLIGHTNN: Changes = {
  ...{ scheme: 'flightnn', constraint: parseConstraint('terms<=1.4') },
  training: { ...CONFIG.training, epochs: 3 },
}
const BINARY: Changes = {
  ...{ scheme: 'binary', firstLast: 'float', distribution: DISTRIBUTION_PLAN },
  training: { ...trainingPlanOf(schemes.binary, { trained: false }), epochs: 2, batchSize: 24 },
}

const accuracyOf = (network: Network) => {
  const model = createModel(network)
  const { pixels, labels, count } = dataset.test
  const images = Float32Array.from(
    pixels,
    (value, i) => (value / 255 - dataset.mean[i % 3]!) / dataset.std[i % 3]!,
  )
  const { accuracy } = evaluate(model, [{ images, labels: Int32Array.from(labels), count }])
  disposeModel(model)
  return accuracy
}

const ofFlightnn = (repacked?: readonly number[]) => toEnd(() => job(FLIGHTNN), repacked)
let flightnn: Awaited<ReturnType<typeof ofFlightnn>>
beforeAll(async () => {
  flightnn = await ofFlightnn()
})

describe('a quantization', () => {
  it('gives a network on the grid whose accuracy is the one it tells', async () => {
    const { result, lines } = await toEnd(job)
    expect(result.layers).toEqual(['stem', 'inner', 'linear', 'depthwise', 'classifier'])
    expect(result.network.layers.filter(({ type }) => type === 'quantize')).toHaveLength(5)
    expect(result.bitsPerWeight).toBe(8)
    expect(accuracyOf(result.network)).toBe(result.accuracy.test)
    expect(accuracyOf(network)).toBe(result.incoming!.test)
    expect(result.network.weights['stem/kernel']).not.toEqual(network.weights['stem/kernel'])
    expect(result.epochs.map(({ epoch }) => epoch)).toEqual([1, 2])
    expect(result.statistics.after.map(({ tensor }) => tensor)).toEqual([
      'input',
      'stem_act',
      'pool',
      'linear_bn',
      'average',
    ])
    expect(result.unchanged).toBe(false)
    expect(lines[0]).toMatch(/^small: \d+\.\d % of the held-out images right$/)
    expect(lines).toContainEqual(expect.stringMatching(/^int8: \d+\.\d % .* calibrated and before training$/))
    expect(lines.filter(line => /^train int8 [12]\/2, cross-entropy \d/.test(line))).toHaveLength(2)
  })

  it('without epochs only calibrates, and quantizes what it was given', async () => {
    const training = { ...CONFIG.training, epochs: 0 }
    const { result, steps } = await toEnd(() => job({ scheme: 'lightnn-1', training }))
    expect(steps).toBe(4)
    expect(result.network.weights['stem_bn/gamma']).toEqual(network.weights['stem_bn/gamma'])
    expect(result.accuracy.heldOut).toBe(result.before)
    expect(result.averageTerms).toBe(1)
    expect(result.bitsPerWeight).toBe(4)
    expect(result.statistics.after).toEqual(result.statistics.before)
  })

  it('of a network without weights trains it from scratch, the same for the same seed', async () => {
    const structure = createNetwork({ ...network, weights: {} })
    const training = { ...CONFIG.training, epochs: 1 }
    const run = () => toEnd(() => job({ scheme: 'lightnn-2', training }, { network: structure }))
    const [first, again] = [await run(), await run()]
    expect(first.result).toEqual(again.result)
    expect(first.result.incoming).toBeUndefined()
    expect(first.result.before).toBeUndefined()
  })

  it('that is one already warns, and is the network that came in', async () => {
    const training = { ...CONFIG.training, epochs: 0 }
    const { network: once } = (await toEnd(() => job({ scheme: 'int8x4', training }))).result
    const { result, lines } = await toEnd(() => job({ scheme: 'int8x4' }, { network: once }))
    expect(lines).toContainEqual(
      expect.stringMatching(/^Warning: small is quantized by int8x4 already: .* nothing is trained$/),
    )
    expect(result.network).toBe(once)
    expect(result.unchanged).toBe(true)
    expect(result.epochs).toEqual([])
  })

  it('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors
    await toEnd(() => job({ ...FLIGHTNN, training: { ...CONFIG.training, epochs: 1 } }))
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('FLightNN under a constraint', () => {
  it('ends within it, with terms that its weights have', async () => {
    const { result } = flightnn
    expect(result.averageTerms).toBeLessThanOrEqual(1.4)
    expect(result.averageTerms).toBeGreaterThan(1.3)
    expect(result.price).toBe(result.averageTerms)
    expect(result.bitsPerWeight).toBeCloseTo(4 * result.averageTerms!, 9)
    const price = await termsPrice(result.network, result.layers, parseConstraint('terms<=1.4'))
    expect(priceOfTerms(price, result.terms!)).toBe(result.price)
    expect(new Set(Object.values(result.terms!).flat())).toContain(1)
  })

  it('says what is asked, and how far it is', () => {
    const { lines, entries } = flightnn
    expect(lines).toContain('terms<=1.4: terms of 1.4 at most, 2 with every term')
    expect(lines.filter(line => /^train flightnn [123]\/3, .*, terms [\d.]+, λ \d/.test(line))).toHaveLength(
      3,
    )
    const prices = entries.flatMap(entry => (entry['price'] === undefined ? [] : [Number(entry['price'])]))
    expect(Math.max(...prices)).toBeLessThan(2)
    expect(prices.at(-1)).toBeLessThanOrEqual(1.4)
  })

  it('packed and unpacked at every kind of step goes on to the same bits', async () => {
    const repacked = await ofFlightnn([1, 2, 4, 8, 12, flightnn.steps - 1])
    expect(repacked.result).toEqual(flightnn.result)
    expect(repacked.entries).toEqual(flightnn.entries)
  })

  it('cut short is kept all the same, by the network as far as it is trained', async () => {
    const tensors = tf.memory().numTensors
    const found = await cutShort(() => job(FLIGHTNN), [1, 2, 5, 11])
    expect(tf.memory().numTensors).toBe(tensors)
    const [before, ...results] = found
    expect(before).toBe('flightnn: the network has not been calibrated')
    for (const { price, constraint, network, accuracy } of results as QuantizeResult[]) {
      expect(price!).toBeLessThanOrEqual(constraint!.bound)
      expect(network.layers.filter(({ type }) => type === 'quantize').length).toBeGreaterThan(0)
      expect(accuracy.test).toBeGreaterThanOrEqual(0)
    }
    const kernels = (results as QuantizeResult[]).map(({ network }) => network.weights['stem/kernel']!.data)
    expect(kernels[0]).not.toEqual(kernels[2])
  })

  it('without training closes the terms that matter least', async () => {
    const training = { ...CONFIG.training, epochs: 0 }
    const { result } = await toEnd(() =>
      job({ ...FLIGHTNN, training, constraint: parseConstraint('terms<=70%') }),
    )
    expect(result.constraint!.bound).toBeCloseTo(1.4, 12)
    expect(result.averageTerms).toBeLessThanOrEqual(1.4)
    expect(result.averageTerms).toBeGreaterThan(1.3)
  })

  it('of latency goes by what each layer costs with one term', async () => {
    const names = ['stem', 'inner', 'linear', 'depthwise', 'classifier']
    const model: CostModel = {
      ...{ name: 'paper', kind: 'accelerator' },
      estimate: async () => ({
        ...{ latencyMs: 3, energyMj: 5, macs: 1, params: 1 },
        layers: names.map(name => ({ name, latencyMs: name === 'inner' ? 1.6 : 0.1, energyMj: 1 })),
      }),
    }
    const changes = {
      ...FLIGHTNN,
      constraint: parseConstraint('latency<=3.6ms'),
      training: { ...CONFIG.training, epochs: 0 },
    }
    const { result, lines } = await toEnd(() => job(changes, { model }))
    expect(lines).toContain('latency<=3.6ms: latency of 3.6 ms at most, 5 ms with every term')
    expect(result.price).toBeLessThanOrEqual(3.6)
    const average = (layer: string) =>
      result.terms![layer]!.reduce((sum, k) => sum + k, 0) / result.terms![layer]!.length
    expect(average('inner')).toBeLessThan(1.3)
  })

  it('that no terms can keep ends before it is trained', async () => {
    await expect(
      toEnd(() => job({ ...FLIGHTNN, constraint: parseConstraint('terms<=0.1') })),
    ).rejects.toThrow(InfeasibleError)
  })
})

describe('a binary network', () => {
  it('is trained with the distribution loss to signs, and packed goes on to the same bits', async () => {
    const whole = await toEnd(() => job(BINARY))
    expect(whole.result.layers).toEqual(['inner', 'linear', 'depthwise'])
    expect(new Set(whole.result.network.weights['inner/kernel']!.data)).toEqual(new Set([-1, 1]))
    expect(whole.result.bitsPerWeight).toBe(1)
    expect(whole.result.statistics.after[0]!.channels).toBeDefined()
    expect(whole.lines.filter(line => /distribution loss \d/.test(line))).toHaveLength(2)
    const repacked = await toEnd(() => job(BINARY), [2, 5, 7])
    expect(repacked.result).toEqual(whole.result)
  })
})

describe('a quantization is refused', () => {
  const empty = (): Network => {
    const { shape } = network.weights['inner/kernel']!
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1))
    return createNetwork({ ...network, weights: { ...network.weights, 'inner/kernel': { shape, data } } })
  }

  it('of a layer whose weights are all 0, by its name', () => {
    expect(() => job({}, { network: empty() })).toThrow(NetworkError)
    expect(() => job({}, { network: empty() })).toThrow(/^layer "inner": all its weights are 0/)
  })

  it('with a constraint that a scheme cannot keep, or a loss that is not for it', () => {
    const constraint = parseConstraint('terms<=1.4')
    expect(() => job({ constraint })).toThrow(InputError)
    expect(() => job({ constraint })).toThrow('every weight takes as much by int8; only flightnn can keep it')
    expect(() => job({ distribution: DISTRIBUTION_PLAN })).toThrow('the distribution loss is for signs')
  })

  it('where images do not fill a batch', () => {
    expect(() => job({ training: { ...CONFIG.training, batchSize: 200 } })).toThrow(DataError)
  })
})
