import type * as TensorFlow from '@tensorflow/tfjs-node'
import {
  createModel,
  createOptimizer,
  disposeModel,
  disposeOptimizer,
  type LabelledImages,
  tf,
  trainStep,
} from '../src/engine/index.js'
import { initialize, resnet } from '../src/network/index.js'
import { random } from '../src/random.js'
import { type BenchOptions, type BenchResult, integerOption, interleaved, median, row } from './bench.js'

const MOMENTUM = 0.9
const LEARNING_RATE = 0.05

/**
 * Images a second of a training step of ResNet-20 (median of the steps): the engine's `trainStep` (ours) against
 * `trainOnBatch` of the same network made of TensorFlow.js layers (theirs), both on the native backend.
 * `--rounds` (3), `--steps` of each in a round (5), `--batch` (128).
 *
 * The network of layers is the same: its option-A shortcut is a small layer of its own, an average pool of size 1
 * and stride 2 (a subsampling) and a padding of the channels. Both return the loss as a number at every step.
 */
export async function run(options: BenchOptions = {}): Promise<BenchResult> {
  const rounds = integerOption(options, 'rounds', 3)
  const steps = integerOption(options, 'steps', 5)
  const count = integerOption(options, 'batch', 128)
  const batch = images(count)
  const ours = fused(batch)
  const theirs = layers(batch)
  const [fusedMs, layersMs] = await interleaved([ours.step, theirs.step], { rounds, steps })
  ours.dispose()
  theirs.dispose()
  const rate = (times: readonly number[]) => (1000 * count) / median(times)
  return {
    name: 'train-step',
    rows: [row(`ResNet-20, batch ${count}, images/s`, rate(fusedMs!), rate(layersMs!))],
  }
}

function images(count: number): LabelledImages {
  const stream = random(1, 'bench')
  return {
    images: Float32Array.from({ length: count * 32 * 32 * 3 }, () => stream.normal()),
    labels: Int32Array.from({ length: count }, (_, i) => i % 10),
    count,
  }
}

function fused(batch: LabelledImages) {
  const model = createModel(initialize(resnet({ depth: 20 }), 1))
  const optimizer = createOptimizer(model.trainable, { kind: 'momentum', momentum: MOMENTUM })
  let step = 0
  return {
    step: () => trainStep(model, optimizer, batch, { learningRate: LEARNING_RATE, seed: 1, step: step++ }),
    dispose: () => {
      disposeOptimizer(optimizer)
      disposeModel(model)
    },
  }
}

function layers(batch: LabelledImages) {
  const model = resnetOfLayers()
  const optimizer = tf.train.momentum(LEARNING_RATE, MOMENTUM)
  model.compile({ optimizer, loss: crossEntropy })
  return {
    step: async () => {
      const x = tf.tensor4d(batch.images, [batch.count, 32, 32, 3])
      const y = tf.tidy(() => tf.oneHot(tf.tensor1d(batch.labels, 'int32'), 10))
      await model.trainOnBatch(x, y)
      tf.dispose([x, y])
    },
    dispose: () => {
      model.dispose()
      optimizer.dispose()
    },
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
