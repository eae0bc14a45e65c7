import { execute, predict, type Tensor, tf } from '../../../src/engine/index.js'
import {
  initialize,
  type Network,
  type Weight,
  type Weights,
  weightSpecs,
} from '../../../src/network/index.js'
import { random } from '../../../src/random.js'
import { inherit } from '../../../src/search/one-shot/inherit.js'
import { decode, parseChoice } from '../../../src/search/space/decode.js'
import { type Space, searchable } from '../../../src/search/space/space.js'
import { type Architecture, largest } from '../../../src/search/space/space-architectures.js'
import { gateAll, gatedExecution, type Supernet } from '../../../src/search/supernet/supernet.js'

const tensor = ({ shape, data }: Weight): Tensor => tf.tensor(data, [...shape])

/** A supernet's weights as after some training. */
export const trained = (space: Space, seed: number): Weights =>
  trainedWeights(decode(space, largest(space)), seed)

/** A network's weights as after some training: nothing is 0 or 1 that started so. */
export function trainedWeights(bare: Network, seed: number): Weights {
  const network = initialize(bare, seed)
  return Object.fromEntries(
    weightSpecs(network).map(({ name, kind, shape }) => {
      const stream = random(seed, 'trained', name)
      const values: Record<string, () => number> = {
        gamma: () => 0.5 + stream.uniform(),
        variance: () => 0.5 + stream.uniform(),
        beta: () => 0.3 * stream.normal(),
        mean: () => 0.3 * stream.normal(),
        bias: () => 0.5 * stream.normal(),
      }
      const { data } = network.weights[name]!
      return [name, { shape, data: kind in values ? data.map(values[kind]!) : data }]
    }),
  )
}

/** Thresholds by name that force every decision to an architecture. */
export function forced(space: Space, architecture: Architecture): Map<string, number[]> {
  const threshold = (open: boolean) => (open ? -100 : 100)
  return new Map(
    searchable(space).flatMap((block, b) => {
      const choice = architecture[b]!
      const { kernel, expansion, squeeze } =
        choice === 'skip' ? { kernel: 0, expansion: 0, squeeze: false } : parseChoice(block, choice)
      const name = `${block.name}/thresholds`
      return [
        [`${name}/kernel`, block.kernels.slice(1).map(k => threshold(k <= kernel))],
        [`${name}/expansion`, block.expansions.map(e => threshold(e <= expansion))],
        [`${name}/squeeze`, [threshold(squeeze)]],
      ] as [string, number[]][]
    }),
  )
}

/** Logits of the supernet with decisions forced to an architecture. */
export function cutLogits(
  supernet: Supernet,
  weights: Weights,
  architecture: Architecture,
  x: Tensor,
): Float32Array {
  const thresholds = forced(supernet.space, architecture)
  const logits = tf.tidy(() => {
    const value = (name: string) =>
      thresholds.has(name) ? tf.tensor1d(thresholds.get(name)!) : tensor(weights[name]!)
    const gated = gateAll(supernet, value, 0.25)
    return execute(supernet.network, x, gatedExecution(supernet, gated, value))
  })
  return logits.dataSync() as Float32Array
}

/** Logits of the decoded network, with the supernet's weights cut to size. */
export function decodedLogits(
  space: Space,
  weights: Weights,
  architecture: Architecture,
  x: Tensor,
): Float32Array {
  const network = inherit(weights, space, architecture)
  return tf.tidy(() => predict(network, x, name => tensor(network.weights[name]!))).dataSync() as Float32Array
}
