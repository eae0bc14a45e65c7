import { conv2d, depthwiseConv2d, type Tensor, tf } from '../../src/engine/index.js'
import { inferShapes, inputShapes, type Network } from '../../src/network/index.js'
import { median } from '../bench.js'

const REPEATS = 5

/** Milliseconds of `body`, the median after one run to warm up. The result is read, so nothing is left to do. */
function milliseconds(body: () => Tensor[]): number {
  const once = () => {
    const start = performance.now()
    tf.tidy(() => void body().map(result => tf.slice(tf.reshape(result, [-1]), 0, 1).dataSync()))
    return performance.now() - start
  }
  once()
  return median(Array.from({ length: REPEATS }, once))
}

/** GFLOP/s of a float32 matrix multiplication of 1,536². */
export function matrixRate(): number {
  const size = 1536
  const [a, b] = [tf.randomNormal([size, size]), tf.randomNormal([size, size])]
  const ms = milliseconds(() => [tf.matMul(a as never, b as never)])
  tf.dispose([a, b])
  return (2 * size ** 3) / ms / 1e6
}

/** All convolutions of a network, forward and both gradients, one by one: milliseconds a step, and their GFLOP/s. */
export function convolutions(
  network: Network,
  batch: number,
): { readonly ms: number; readonly rate: number } {
  const shapes = inferShapes(network)
  let [total, flops] = [0, 0]
  for (const layer of network.layers) {
    if (layer.type !== 'conv') continue
    const [[height, width, channels]] = inputShapes(layer, shapes) as [[number, number, number]]
    const depthwise = layer.groups > 1
    const filter = tf.randomNormal([
      ...layer.kernel,
      depthwise ? 1 : channels,
      depthwise ? channels : layer.filters,
    ]) as Tensor
    const x = tf.randomNormal([batch, height, width, channels]) as Tensor
    const run = depthwise ? depthwiseConv2d : conv2d
    const y = tf.tidy(() => run(x, filter, layer))
    const outputs = y.size
    const perOutput = layer.kernel[0] * layer.kernel[1] * (depthwise ? 1 : channels)
    flops += 3 * 2 * outputs * perOutput
    const dy = tf.ones(y.shape) as Tensor
    const backward = tf.grads(((x: Tensor, filter: Tensor) => run(x, filter, layer)) as never)
    total += milliseconds(() => backward([x, filter], dy))
    tf.dispose([filter, x, y, dy])
  }
  return { ms: total, rate: flops / total / 1e6 }
}
