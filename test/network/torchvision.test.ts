import { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node'
import { beforeAll, describe, expect, test } from 'vitest'
import { absolute, countCostModel, parseConstraint } from '../../src/cost/index.js'
import { predict, type Tensor, tf } from '../../src/engine/index.js'
import { count, type Network, readOnnx, writeOnnx } from '../../src/network/index.js'
import { channelsOf, criteria, cutToBudget, groupsOf, prune, removalOrder } from '../../src/prune/index.js'
import { largestDifference, normal } from '../engine/values.js'
import { torchvisionModels, torchvisionOnnx } from './torchvision-models.js'

/** Every family, and every way of exporting. All models with TANDEM_ALL_MODELS=1, in a few minutes. */
const REPRESENTATIVE = [
  'alexnet',
  'convnext_tiny-decomposed',
  'densenet121',
  'efficientnet_b0-kept',
  'googlenet-transform',
  'inception_v3-transform-kept',
  'mnasnet0_5',
  'mobilenet_v2',
  'mobilenet_v3_small',
  'mobilenet_v3_small-dynamo',
  'regnet_x_400mf',
  'regnet_y_400mf-kept',
  'resnet18-kept',
  'resnext50_32x4d',
  'shufflenet_v2_x0_5-dynamo',
  'shufflenet_v2_x1_0-kept',
  'squeezenet1_1',
  'vgg11_bn-kept',
]
const names = process.env['TANDEM_ALL_MODELS'] ? Object.keys(torchvisionModels) : REPRESENTATIVE

/** Constants that GoogLeNet and Inception bring their input into the range of their first weights with. */
const INPUT_NORMALIZATION = 6

function run(network: Network, x: Tensor): Float32Array {
  const weights = new Map(
    Object.entries(network.weights).map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]),
  )
  const y = predict(network, x, name => weights.get(name)!)
  const logits = y.dataSync() as Float32Array
  tf.dispose([y, ...weights.values()])
  return logits
}

async function runOnnx(bytes: Uint8Array, x: Tensor): Promise<Float32Array> {
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 })
  const nchw = tf.transpose(x, [0, 3, 1, 2])
  const feed = new OnnxTensor('float32', nchw.dataSync() as Float32Array, nchw.shape)
  const results = await session.run({ [session.inputNames[0]!]: feed })
  await session.release()
  return results[session.outputNames[0]!]!.data as Float32Array
}

/** Largest difference between two networks' logits relative to the largest logit. */
function difference(ours: Float32Array, theirs: Float32Array): number {
  return largestDifference(ours, theirs) / Math.max(...theirs.map(Math.abs))
}

/** The network without as many of its channels, the same share of every group, as leaves half of the MACs. */
async function halved(network: Network): Promise<Network> {
  const bare = { ...network, weights: {} }
  const channels = channelsOf(bare)
  const groups = groupsOf(bare, channels)
  const scores = await criteria.uniform.score({ network, channels, reduce: 'sum', seed: 1 })
  const order = removalOrder(groups, scores)
  const budget = absolute(parseConstraint('macs<=50%'), await countCostModel.estimate(bare))
  const { dead, misses } = await cutToBudget({
    network: bare,
    channels,
    groups,
    order,
    budget,
    model: countCostModel,
  })
  expect(misses).toEqual([])
  return prune(network, dead, channels)
}

describe.each(names)('%s', { timeout: 300_000 }, name => {
  const { size, batch, macs, parameters, publishedGmacs } = torchvisionModels[name]!
  const images = normal([batch === 'free' ? 2 : 1, size, size, 3])
  let bytes: Uint8Array
  let network: Network
  beforeAll(() => {
    bytes = torchvisionOnnx(name)
    network = readOnnx(bytes)
  })

  test('has the multiply-accumulates and parameters that PyTorch counts', () => {
    const counted = count(network)
    expect(counted.macs).toBe(macs)
    const normalization = name.includes('transform') ? INPUT_NORMALIZATION : 0
    if (parameters) expect(counted.params + counted.batchNormParams).toBe(parameters + normalization)
    if (publishedGmacs) expect(counted.macs / 1e9).toBeCloseTo(publishedGmacs, 2)
  })

  test('gives the logits of its file', async () => {
    expect(difference(run(network, images), await runOnnx(bytes, images))).toBeLessThan(1e-4)
  })

  test('runs at half of its multiply-accumulates, here and exported', async () => {
    const small = await halved(network)
    expect(count(small).macs / macs).toBeLessThanOrEqual(0.5)
    expect(count(small).macs / macs).toBeGreaterThan(0.4)
    expect(difference(run(small, images), await runOnnx(writeOnnx(small), images))).toBeLessThan(1e-4)
  })
})
