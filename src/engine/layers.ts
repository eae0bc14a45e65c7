import type { Activation, ActivationFunction, LayerOf, LayerType } from '../network/index.js'
import type { Execution } from './execute.js'
import { batchNormInference, batchNormTraining } from './kernels/batch-norm.js'
import { channelShuffle } from './kernels/channel-shuffle.js'
import { conv2d, depthwiseConv2d } from './kernels/convolution.js'
import { dropout } from './kernels/dropout.js'
import { gelu } from './kernels/gelu.js'
import { hardSigmoid, hardSwish } from './kernels/hard-sigmoid.js'
import { layerNorm } from './kernels/layer-norm.js'
import { mean } from './kernels/mean.js'
import { averagePool, maxPool } from './kernels/pool.js'
import { quantize, sign } from './kernels/quantize.js'
import { leakyRelu, relu, relu6 } from './kernels/relu.js'
import { resize } from './kernels/resize.js'
import { subsample } from './kernels/subsample.js'
import { tf } from './tensorflow.js'
import type { Tensor } from './types.js'

type LayerKernels = {
  readonly [T in LayerType]: (layer: LayerOf<T>, inputs: readonly Tensor[], execution: Execution) => Tensor
}

const activations: Readonly<Record<ActivationFunction, (x: Tensor, layer: Activation) => Tensor>> = {
  relu: x => relu(x),
  relu6: x => relu6(x),
  sigmoid: x => tf.sigmoid(x),
  hardSigmoid: x => hardSigmoid(x),
  hardSwish: x => hardSwish(x),
  silu: x => tf.mul(x, tf.sigmoid(x)),
  leakyRelu: (x, { slope }) => leakyRelu(x, slope!),
  gelu: x => gelu(x),
}

/** How each type of layer is computed. */
export const layerKernels: LayerKernels = {
  conv: (layer, [x], { weight }) => {
    const filter = weight(`${layer.name}/kernel`)
    const depthwise = layer.groups > 1 && layer.groups === x!.shape.at(-1) && layer.groups === layer.filters
    const y = (depthwise ? depthwiseConv2d : conv2d)(x!, filter, layer)
    return layer.bias ? tf.add(y, weight(`${layer.name}/bias`)) : y
  },

  batchNorm: ({ name, epsilon, momentum }, [input], { weight, training, statistics = 'running' }) => {
    const x = asMap(input!)
    const [gamma, beta, mean, variance] = ['gamma', 'beta', 'mean', 'variance'].map(part =>
      weight(`${name}/${part}`),
    ) as [Tensor, Tensor, Tensor, Tensor]
    if (!training && statistics === 'running')
      return tf.reshape(batchNormInference(x, [gamma, beta, mean, variance], epsilon), input!.shape)
    const update = (mean: Tensor, variance: Tensor) => {
      training?.update(`${name}/mean`, mean)
      training?.update(`${name}/variance`, variance)
    }
    return tf.reshape(
      batchNormTraining(x, gamma, beta, mean, variance, { epsilon, momentum, update }),
      input!.shape,
    )
  },

  layerNorm: ({ name, epsilon }, [x], { weight }) =>
    layerNorm(x!, weight(`${name}/gamma`), weight(`${name}/beta`), epsilon),
  scale({ name, shift }, [x], { weight }) {
    const y = tf.mul(x!, weight(`${name}/gamma`)) as Tensor
    return shift ? tf.add(y, weight(`${name}/beta`)) : y
  },
  activation: (layer, [x]) => activations[layer.function](x!, layer),
  add: (_, inputs) => inputs.reduce((a, b) => tf.add(a, b)),
  multiply: (_, inputs) => {
    const maps = inputs.some(x => x.rank === 4)
    return (maps ? inputs.map(asMap) : inputs).reduce((a, b) => tf.mul(a, b))
  },
  concat: (_, inputs) => tf.concat([...inputs], -1),
  pad: ({ padding: [top, bottom, left, right] }, [x]) =>
    tf.pad(x!, [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ]),
  pool: (layer, [x]) => (layer.function === 'max' ? maxPool : averagePool)(x!, layer),
  globalAveragePool: (layer, [x]) => mean(x!, [1, 2], layer.keepSpatial),
  subsample: (layer, [x]) => subsample(x!, layer.strides),
  resize: (layer, [x]) => resize(x!, layer),
  sliceChannels({ start, count }, [x]) {
    const leading = x!.shape.slice(0, -1)
    return tf.slice(x!, [...leading.map(() => 0), start], [...leading, count])
  },
  channelShuffle: ({ groups }, [x]) => channelShuffle(x!, groups),
  padChannels: ({ before, after }, [x]) =>
    tf.pad(x!, [...x!.shape.slice(1).map(() => [0, 0] as [number, number]), [before, after]]),
  quantize: ({ name, bits }, [x], { weight }) =>
    bits === 1 ? sign(x!) : quantize(x!, weight(`${name}/step`), bits),
  flatten: (_, [x]) => tf.reshape(x!, [x!.shape[0]!, -1]),
  dense: (layer, [x], { weight }) => {
    const y = tf.matMul(x as never, weight(`${layer.name}/kernel`) as never) as Tensor
    return layer.bias ? tf.add(y, weight(`${layer.name}/bias`)) : y
  },
  dropout: (layer, [x], { training }) =>
    training ? dropout(x!, layer.rate, { seed: training.seed, step: training.step, name: layer.name }) : x!,
  softmax: (_, [x]) => tf.softmax(x!),
}

/** A vector [n, c] as [n, 1, 1, c]. */
const asMap = (x: Tensor): Tensor => (x.rank === 2 ? tf.reshape(x, [x.shape[0]!, 1, 1, x.shape[1]!]) : x)
