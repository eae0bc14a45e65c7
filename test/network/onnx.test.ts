import fc from 'fast-check'
import * as ort from 'onnxruntime-node'
import { describe, expect, test } from 'vitest'
import { NetworkError } from '../../src/errors.js'
import { decodeModel } from '../../src/network/formats/onnx/schema.js'
import {
  ACTIVATION_FUNCTIONS,
  createNetwork,
  graph,
  initialize,
  LAYER_TYPES,
  type Network,
  resnet,
  writeOnnx,
} from '../../src/network/index.js'
import { random } from '../../src/random.js'
import { normals, randomNetwork, STEPS, withRandomWeights } from './random-network.js'
import { referenceForward } from './reference-forward.js'

/** Height-width-channels values of one example in ONNX's order. */
function toNchw(values: Float32Array, shape: readonly number[]): Float32Array {
  if (shape.length !== 3) return values
  const [height, width, channels] = shape as [number, number, number]
  const place = height * width
  return values.map((_, i) => values[(i % place) * channels + Math.floor(i / place)]!)
}

async function runOnnx(network: Network, examples: readonly Float32Array[]): Promise<number[][]> {
  const session = await ort.InferenceSession.create(writeOnnx(network), {
    intraOpNumThreads: 1,
    graphOptimizationLevel: 'basic',
  })
  const { name, shape } = network.input
  const dims = shape.length === 3 ? [shape[2]!, shape[0]!, shape[1]!] : shape
  const data = Float32Array.from(examples.flatMap(example => [...toNchw(example, shape)]))
  const feed = new ort.Tensor('float32', data, [examples.length, ...dims])
  const { logits } = await session.run({ [name]: feed })
  await session.release()
  const values = [...(logits!.data as Float32Array)]
  const width = values.length / examples.length
  return examples.map((_, i) => values.slice(i * width, (i + 1) * width))
}

/** The largest difference between the file's logits and the definitions', relative to logits above 1. */
async function difference(network: Network, batch: number): Promise<number> {
  const length = network.input.shape.reduce((a, b) => a * b, 1)
  const examples = Array.from({ length: batch }, (_, i) => normals(length, random(i, 'example')))
  const got = await runOnnx(network, examples)
  return Math.max(
    ...examples.flatMap((example, i) =>
      Array.from(
        referenceForward(network, example),
        (value, j) => Math.abs(value - got[i]![j]!) / Math.max(1, Math.abs(value)),
      ),
    ),
  )
}

describe('a written network gives the same logits in onnxruntime', () => {
  const everything = Array.from({ length: STEPS }, (_, i) => i)

  test.each([1, 3])('with every layer type, batch %i', async batch => {
    const network = randomNetwork(4, everything)
    expect(new Set(network.layers.map(layer => layer.type))).toEqual(new Set(LAYER_TYPES))
    expect(await difference(network, batch)).toBeLessThan(1e-4)
  })

  test('for random graphs', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(1e6),
        fc.array(fc.nat(STEPS - 1), { maxLength: 6 }),
        fc.integer({ min: 1, max: 3 }),
        async (seed, order, batch) => {
          expect(await difference(randomNetwork(seed, order), batch)).toBeLessThan(1e-4)
        },
      ),
      { numRuns: 60, seed: 1 },
    )
  })

  test.each(ACTIVATION_FUNCTIONS)('for %s', async name => {
    const net = graph('act', [64])
    net.activation(net.batchNorm(net.input), { function: name })
    const network = withRandomWeights(net.finish(), 5)
    const wide = createNetwork({
      ...network,
      weights: {
        ...network.weights,
        'batchNorm1/gamma': { shape: [64], data: new Float32Array(64).fill(5) },
      },
    })
    expect(await difference(wide, 1)).toBeLessThan(1e-4)
  })

  test('for ResNet-20 with random weights, batch 1 and 3', async () => {
    const network = withRandomWeights(resnet({ depth: 20 }), 1)
    expect(await difference(network, 1)).toBeLessThan(1e-4)
    expect(await difference(network, 3)).toBeLessThan(1e-4)
  })

  test('when a feature map is flattened into a dense layer', async () => {
    const net = graph('flat', [3, 4, 5])
    net.dense(net.flatten(net.input), { units: 6 })
    expect(await difference(withRandomWeights(net.finish(), 1), 3)).toBeLessThan(1e-4)
  })

  test('when the output is a feature map or a single layer', async () => {
    const net = graph('one', [1, 1, 5])
    net.activation(net.input)
    expect(await difference(net.finish(), 3)).toBeLessThan(1e-4)
  })

  test('when an inner layer is called logits', async () => {
    const net = graph('names', [4])
    net.softmax(net.dense(net.input, { name: 'logits', units: 3 }), { name: 'probabilities' })
    expect(await difference(initialize(net.finish(), 1), 2)).toBeLessThan(1e-4)
  })
})

describe('a written file', () => {
  const small = () => {
    const net = graph('small', [4, 4, 3], 'image')
    net.dense(net.globalAveragePool(net.batchNorm(net.conv(net.input, { filters: 2 }))), {
      name: 'fc',
      units: 2,
    })
    return initialize(net.finish(), 3)
  }

  test('is ONNX of opset 17, IR version 8, with a free batch', () => {
    const { irVersion, opsetImport, graph } = decodeModel(writeOnnx(small()))
    expect(irVersion).toBe(8)
    expect(opsetImport).toEqual([{ version: 17 }])
    const dims = (values: typeof graph.input) =>
      values.map(({ name, type }) => [name, type.tensorType.shape.dim.map(d => d.dimParam ?? d.dimValue)])
    expect(dims(graph.input)).toEqual([['image', ['batch', 3, 4, 4]]])
    expect(dims(graph.output)).toEqual([['logits', ['batch', 2]]])
  })

  test('says the shape of every layer’s output', () => {
    const { valueInfo } = decodeModel(writeOnnx(small())).graph
    const dims = valueInfo!.map(({ name, type }) => [
      name,
      type.tensorType.shape.dim.map(d => d.dimParam ?? d.dimValue),
    ])
    expect(dims).toEqual([
      ['conv1', ['batch', 2, 4, 4]],
      ['batchNorm1', ['batch', 2, 4, 4]],
      ['globalAveragePool1', ['batch', 2]],
    ])
  })

  test('keeps batch normalization and the layers’ names', () => {
    const { node } = decodeModel(writeOnnx(small())).graph
    expect(node.map(({ name, opType }) => `${name}: ${opType}`)).toEqual([
      'conv1: Conv',
      'batchNorm1: BatchNormalization',
      'globalAveragePool1:map: GlobalAveragePool',
      'globalAveragePool1: Flatten',
      'fc: Gemm',
    ])
  })

  test('carries the network’s name and, where it has one, its architecture', () => {
    const architecture = { space: 'space', choices: [{ block: 'b1', choice: '5x5-e6' }] }
    const metadata = (network: Network) =>
      Object.fromEntries(decodeModel(writeOnnx(network)).metadataProps.map(({ key, value }) => [key, value]))
    expect(metadata(small())).toEqual({ 'tandem.network': 'small' })
    expect(metadata(createNetwork({ ...small(), architecture }))).toEqual({
      'tandem.network': 'small',
      'tandem.architecture': JSON.stringify(architecture),
    })
  })

  test('has the same bytes every time', () => {
    expect(writeOnnx(small())).toEqual(writeOnnx(small()))
  })

  test('needs weights', () => {
    const bare = createNetwork({ ...small(), weights: {} })
    expect(() => writeOnnx(bare)).toThrow(NetworkError)
    expect(() => writeOnnx(bare)).toThrow(/weight "conv1\/kernel" is missing; initialize or load/)
  })

  test('cannot have an input named like its output', () => {
    const net = graph('clash', [4], 'logits')
    net.softmax(net.input)
    expect(() => writeOnnx(net.finish())).toThrow(/its input is named "logits" like the output; rename it/)
  })
})
