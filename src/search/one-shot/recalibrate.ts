import { execute, type LabelledImages, type Tensor, tf, withTensors } from '../../engine/index.js'
import type { BatchNorm, Network, Weight } from '../../network/index.js'

/** Mean and mean square of every channel, by batch norm. */
type Moments = ReadonlyMap<string, readonly [mean: Float32Array, square: Float32Array]>

/**
 * The network with running statistics of its own: mean and variance that the images of the batches have in one forward
 * pass, over all batches, each as large as any other. It puts them in place of the ones it has, which, cut from a
 * supernet, are of no network. The network must have weights; the batches, images of its input.
 */
export function recalibrate(network: Network, batches: readonly LabelledImages[]): Network {
  const each = batches.map(batch => momentsOf(network, batch))
  const average = (values: readonly Float32Array[]) =>
    values[0]!.map((_, c) => values.reduce((sum, value) => sum + value[c]!, 0) / values.length)
  const own = norms(network).flatMap(({ name }): [string, Weight][] => {
    const [mean, square] = [0, 1].map(i => average(each.map(moments => moments.get(name)![i]!))) as [
      Float32Array,
      Float32Array,
    ]
    const variance = square.map((value, c) => Math.max(0, value - mean[c]! ** 2))
    return [
      [`${name}/mean`, { shape: [mean.length], data: mean }],
      [`${name}/variance`, { shape: [mean.length], data: variance }],
    ]
  })
  return Object.freeze({ ...network, weights: { ...network.weights, ...Object.fromEntries(own) } })
}

const norms = ({ layers }: Network): readonly BatchNorm[] =>
  layers.filter((layer): layer is BatchNorm => layer.type === 'batchNorm')

function momentsOf(network: Network, { images, count }: LabelledImages): Moments {
  return withTensors(() => {
    const x = tf.tensor(images, [count, ...network.input.shape]) as Tensor
    const inputs = new Map([[network.input.name, x]])
    execute(network, x, {
      weight: name => tf.tensor(network.weights[name]!.data, [...network.weights[name]!.shape]),
      statistics: 'batch',
      output(layer, output) {
        inputs.set(layer, output)
        return output
      },
    })
    const over = (x: Tensor) => {
      const channels = tf.reshape(x, [-1, x.shape.at(-1)!])
      return [channels, tf.square(channels)].map(
        values => tf.mean(values, 0).dataSync() as Float32Array,
      ) as unknown as readonly [Float32Array, Float32Array]
    }
    return new Map(norms(network).map(layer => [layer.name, over(inputs.get(layer.inputs[0]!)!)]))
  })
}
