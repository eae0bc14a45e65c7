import { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node'
import { predict, type Tensor, tf } from '../../src/engine/index.js'
import { initialize, type Network, type Weights, writeOnnx } from '../../src/network/index.js'
import { random } from '../../src/random.js'
import { largestDifference, normal } from './values.js'

/** The network with weights none of which is trivial: also biases, gammas, betas and running statistics. */
export function withRandomWeights(network: Network, seed = 1): Network {
  const weights: Weights = Object.fromEntries(
    Object.entries(initialize(network, seed).weights).map(([name, { shape, data }]) => {
      const stream = random(seed, 'weights', name)
      const suffix = name.slice(name.lastIndexOf('/') + 1)
      if (suffix === 'kernel') return [name, { shape, data }]
      const draw = suffix === 'beta' || suffix === 'mean' || suffix === 'bias' ? 0 : 0.8
      return [name, { shape, data: data.map(() => draw + 0.4 * stream.uniform()) }]
    }),
  )
  return Object.freeze({ ...network, weights })
}

/** [n, h, w, c] as [n, c, h, w] and back; vectors as they are. */
const toOnnx = (x: Tensor): Tensor => (x.rank === 4 ? tf.transpose(x, [0, 3, 1, 2]) : x)
const fromOnnx = (x: Tensor): Tensor => (x.rank === 4 ? tf.transpose(x, [0, 2, 3, 1]) : x)

/** What onnxruntime makes of the exported network, in Tandem's layout. */
async function runOnnx(network: Network, x: Tensor): Promise<Tensor> {
  const session = await InferenceSession.create(writeOnnx(network), { logSeverityLevel: 3 })
  const input = toOnnx(x)
  const feed = new OnnxTensor('float32', input.dataSync() as Float32Array, input.shape)
  const { logits } = await session.run({ [session.inputNames[0]!]: feed })
  await session.release()
  return fromOnnx(tf.tensor(logits!.data as Float32Array, [...logits!.dims]))
}

/** Largest difference between the engine's and onnxruntime's outputs, relative to the largest output if above 1. */
export async function differenceToOnnx(network: Network, batch = 3): Promise<number> {
  const x = normal([batch, ...network.input.shape])
  const weights = new Map(
    Object.entries(network.weights).map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]),
  )
  const ours = predict(network, x, name => weights.get(name)!)
  const theirs = await runOnnx(network, x)
  if (`${ours.shape}` !== `${theirs.shape}`)
    throw new Error(`the engine gives [${ours.shape}], onnxruntime [${theirs.shape}]`)
  const size = Math.max(1, ...theirs.dataSync().map(value => Math.abs(value)))
  return largestDifference(ours.dataSync(), theirs.dataSync()) / size
}
