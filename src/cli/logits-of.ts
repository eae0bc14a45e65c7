import { predict, tf, withTensors } from '../engine/index.js'
import type { Network } from '../network/index.js'

/** What the engine computes of a network's images, [count, height, width, channels] on end: its outputs, on end. */
export const logitsOf = (
  network: Network,
  { images, count }: { readonly images: Float32Array; readonly count: number },
): Float32Array =>
  withTensors(() => {
    const x = tf.tensor(images, [count, ...network.input.shape])
    const weight = (name: string) => {
      const { shape, data } = network.weights[name]!
      return tf.tensor(data, [...shape])
    }
    return predict(network, x, weight).dataSync() as Float32Array
  })
