import type * as TensorFlow from '@tensorflow/tfjs-node'
import { type LabelledImages, tf } from '../../src/engine/index.js'

/**
 * A step of ResNet-20 made of TensorFlow.js layers. Its option-A shortcut is a small layer of its own, an average pool
 * of size 1 and stride 2 (a subsampling) and a padding of the channels.
 */
export function layers(batch: LabelledImages): () => Promise<void> {
  const model = resnetOfLayers()
  model.compile({ optimizer: tf.train.momentum(0.05, 0.9), loss: crossEntropy })
  return async () => {
    const x = tf.tensor4d(batch.images, [batch.count, 32, 32, 3])
    const y = tf.tidy(() => tf.oneHot(tf.tensor1d(batch.labels, 'int32'), 10))
    await model.trainOnBatch(x, y)
    tf.dispose([x, y])
  }
}

type Symbolic = TensorFlow.SymbolicTensor

const crossEntropy = (labels: TensorFlow.Tensor, logits: TensorFlow.Tensor) =>
  tf.losses.softmaxCrossEntropy(labels, logits)

function resnetOfLayers(): TensorFlow.LayersModel {
  const apply = (layer: TensorFlow.layers.Layer, input: Symbolic | Symbolic[]) =>
    layer.apply(input) as Symbolic
  const conv = (x: Symbolic, filters: number, strides: number) =>
    apply(
      tf.layers.batchNormalization({ momentum: 0.9, epsilon: 1e-5 }),
      apply(
        tf.layers.conv2d({
          filters,
          strides,
          kernelSize: 3,
          padding: 'same',
          useBias: false,
          kernelInitializer: 'heNormal',
        }),
        x,
      ),
    )
  const relu = (x: Symbolic) => apply(tf.layers.activation({ activation: 'relu' }), x)
  const input = tf.input({ shape: [32, 32, 3] })
  let x = relu(conv(input, 16, 1))
  for (const filters of [16, 32, 64])
    for (let block = 0; block < 3; block++) {
      const strides = filters > 16 && block === 0 ? 2 : 1
      const shortcut = strides === 1 ? x : apply(new OptionA({}), x)
      x = relu(apply(tf.layers.add(), [shortcut, conv(relu(conv(x, filters, strides)), filters, 1)]))
    }
  const logits = apply(tf.layers.dense({ units: 10 }), apply(tf.layers.globalAveragePooling2d({}), x))
  return tf.model({ inputs: input, outputs: logits })
}

/** Every second pixel, and as many zero channels more. */
class OptionA extends tf.layers.Layer {
  static className = 'OptionA'

  override computeOutputShape([n, h, w, c]: (number | null)[]): (number | null)[] {
    return [n!, Math.ceil(h! / 2), Math.ceil(w! / 2), 2 * c!]
  }

  override call(inputs: TensorFlow.Tensor | TensorFlow.Tensor[]): TensorFlow.Tensor {
    const x = [inputs].flat()[0] as TensorFlow.Tensor4D
    const half = x.shape[3] / 2
    return tf.pad(tf.avgPool(x, 1, 2, 'valid'), [
      [0, 0],
      [0, 0],
      [0, 0],
      [half, half],
    ])
  }
}
