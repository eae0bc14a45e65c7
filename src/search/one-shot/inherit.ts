import { type Tensor, tf } from '../../engine/index.js'
import { type Network, type Weights, weightSpecs } from '../../network/index.js'
import { decode } from '../space/decode.js'
import { type Space, searchable } from '../space/space.js'
import type { Architecture } from '../space/space-architectures.js'

/**
 * How a network of a space takes its weights from those of the largest, by name: the first channels, and of a
 * depthwise kernel the inner pixels. Differentiable in what `value` gives. To be called within tf.tidy.
 */
export function inheritedWeight(
  space: Space,
  network: Network,
  value: (name: string) => Tensor,
): (name: string) => Tensor {
  const shapes = new Map(weightSpecs(network).map(({ name, shape }) => [name, shape]))
  const depthwise = new Set(searchable(space).map(({ name }) => `${name}/depthwise/kernel`))
  return name => {
    const whole = value(name)
    const shape = shapes.get(name)!
    if (shape.every((size, d) => size === whole.shape[d])) return whole
    const centred = (d: number) => d < 2 && depthwise.has(name)
    const from = shape.map((size, d) => (centred(d) ? (whole.shape[d]! - size) / 2 : 0))
    return tf.slice(whole, from, [...shape])
  }
}

/**
 * The network of an architecture with the weights that it shares: cut from those of the space's supernet, which are
 * named and shaped as its largest network's. It computes what the supernet with these decisions computes. Running
 * statistics of batch norms are cut too; `recalibrate` gives the network its own.
 * Throws InputError naming the block when a choice is not in the space.
 */
export function inherit(weights: Weights, space: Space, architecture: Architecture): Network {
  const network = decode(space, architecture)
  const own = Object.fromEntries(
    weightSpecs(network).map(({ name, shape }) => {
      const cut = tf.tidy(() => {
        const value = (name: string) => tf.tensor(weights[name]!.data, [...weights[name]!.shape]) as Tensor
        return inheritedWeight(space, network, value)(name)
      })
      const data = cut.dataSync().slice() as Float32Array
      cut.dispose()
      return [name, { shape, data }]
    }),
  )
  return Object.freeze({ ...network, weights: own })
}
