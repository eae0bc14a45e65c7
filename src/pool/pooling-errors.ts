import { execute, type LabelledImages, type Tensor, tf, withTensors } from '../engine/index.js'
import { createNetwork, inferShapes, type Network, weightSpecs } from '../network/index.js'
import { errorBound } from './error-bound.js'
import { placementOf, readersOf } from './placement.js'
import { poolConvolution } from './pool-convolution.js'
import { poolable, poolableConvolution } from './poolable.js'

/** Largest absolute value, and root of the mean square. */
export interface Size {
  readonly max: number
  readonly rms: number
}

/** What pooling one convolution does to its output on a batch, behind the layers that stand before the interpolation. */
export interface PoolingError {
  readonly layer: string
  /** The output as it was. */
  readonly output: Size
  /** Pooled output minus output. */
  readonly error: Size
  /** What `errorBound` says that the error cannot exceed: of its largest value, and of its root mean square. */
  readonly bound: Size
}

/**
 * Error and bound of pooling each of `layers` alone, the rest of the network as it is and batch norms with their
 * running statistics. Exactly the layer is measured, not what becomes of its error behind it.
 * Throws NetworkError for a layer that cannot be pooled and a network without weights.
 */
export function poolingErrors(
  network: Network,
  { images, count }: Pick<LabelledImages, 'images' | 'count'>,
  layers: readonly string[] = poolable(network).layers,
): PoolingError[] {
  const parts = layers.map(layer => {
    const bound = errorBound(network, layer)
    const part = pooledPart(network, layer)
    return { layer, part, pooled: poolConvolution(part, layer), bound }
  })
  return withTensors(() => {
    const weights = new Map(
      Object.entries(network.weights).map(([name, { shape, data }]) => [
        name,
        tf.tensor(data, [...shape]) as Tensor,
      ]),
    )
    const weight = (name: string) => weights.get(name)!
    const values = new Map([
      [network.input.name, tf.tensor(images, [count, ...network.input.shape]) as Tensor],
    ])
    const output = (layer: string, value: Tensor) => {
      values.set(layer, value)
      return value
    }
    execute(network, values.get(network.input.name)!, { weight, output })
    return parts.map(({ layer, part, pooled, bound }) =>
      withTensors((): PoolingError => {
        const x = values.get(part.input.name)!
        const exact = values.get(part.layers.at(-1)!.name)!
        const { values: each, pixels } = bound(x)
        return {
          layer,
          output: sizeOf(exact),
          error: sizeOf(tf.sub(execute(pooled, x, { weight }), exact)),
          bound: { max: sizeOf(each).max, rms: sizeOf(pixels).rms / Math.sqrt(each.shape[3]!) },
        }
      }),
    )
  })
}

/** A convolution and the layers after it that are pooled with it, as a network of its own over its input. */
export function pooledPart(network: Network, layer: string): Network {
  const conv = poolableConvolution(network, layer)
  const { after } = placementOf(conv, readersOf(network))
  const input = { name: conv.inputs[0]!, shape: inferShapes(network).get(conv.inputs[0]!)! }
  const part = { name: layer, input, layers: [conv, ...after] }
  const weights = Object.fromEntries(weightSpecs(part).map(({ name }) => [name, network.weights[name]!]))
  return createNetwork({ ...part, weights })
}

const sizeOf = (values: Tensor): Size => ({
  max: tf.max(tf.abs(values)).dataSync()[0]!,
  rms: Math.sqrt(tf.mean(tf.square(values)).dataSync()[0]!),
})
