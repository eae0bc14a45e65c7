import {
  averagePool,
  batchNormInference,
  batchNormTraining,
  type ConvolutionOptions,
  channelShuffle,
  conv2d,
  depthwiseConv2d,
  dropout,
  gelu,
  hardSigmoid,
  hardSwish,
  layerNorm,
  leakyRelu,
  maxPool,
  mean,
  relu,
  relu6,
  resize,
  softmaxCrossEntropy,
  subsample,
  type Tensor,
  tf,
} from '../../src/engine/index.js'
import {
  plainAveragePool,
  plainConv2d,
  plainDepthwiseConv2d,
  plainMaxPool,
  type Window,
  windows,
} from './plain-windows.js'
import { awayFrom, drawOf, normal, spread, uniform } from './values.js'

/** A kernel of the engine beside the same computation in plain TensorFlow.js. */
export interface KernelCase {
  readonly name: string
  readonly fused: (...inputs: Tensor[]) => Tensor
  readonly plain: (...inputs: Tensor[]) => Tensor
  readonly inputs: () => Tensor[]
  /** False for a kernel that is only for evaluation. */
  readonly differentiable?: boolean
}

const EPSILON = 1e-3

const normalise = (x: Tensor, gamma: Tensor, beta: Tensor, mean: Tensor, variance: Tensor): Tensor =>
  tf.add(tf.mul(gamma, tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, EPSILON)))), beta)

const batchNorms: KernelCase[] = [
  {
    name: 'batchNormTraining',
    inputs: () => [normal([3, 4, 5, 6]), normal([6], 2), normal([6], 3)],
    fused: (x, gamma, beta) =>
      batchNormTraining(x!, gamma!, beta!, tf.zeros([6]), tf.ones([6]), {
        epsilon: EPSILON,
        momentum: 0.9,
        update: () => {},
      }),
    plain: (x, gamma, beta) => {
      const { mean, variance } = tf.moments(x!, [0, 1, 2])
      return normalise(x!, gamma!, beta!, mean, variance)
    },
  },
  {
    name: 'batchNormInference',
    differentiable: false,
    inputs: () => [
      normal([3, 4, 5, 6]),
      normal([6], 2),
      normal([6], 3),
      normal([6], 4),
      uniform([6], 0.5, 2),
    ],
    fused: (x, gamma, beta, mean, variance) =>
      batchNormInference(x!, [gamma!, beta!, mean!, variance!], EPSILON),
    plain: (x, gamma, beta, mean, variance) => normalise(x!, gamma!, beta!, mean!, variance!),
  },
]

const layerNorms: KernelCase[] = [
  {
    name: 'layerNorm',
    inputs: () => [normal([3, 4, 5, 6]), normal([6], 2), normal([6], 3)],
    fused: (x, gamma, beta) => layerNorm(x!, gamma!, beta!, EPSILON),
    plain: (x, gamma, beta) => {
      const { mean, variance } = tf.moments(x!, -1, true)
      return normalise(x!, gamma!, beta!, mean, variance)
    },
  },
]

const activations: KernelCase[] = [
  { name: 'relu', inputs: () => [awayFrom([0], [4, 25])], fused: x => relu(x!), plain: x => tf.relu(x!) },
  {
    name: 'relu6',
    inputs: () => [awayFrom([0, 6], [4, 25])],
    fused: x => relu6(x!),
    plain: x => tf.relu6(x!),
  },
  {
    name: 'leakyRelu of slope 0.1',
    inputs: () => [awayFrom([0], [4, 25])],
    fused: x => leakyRelu(x!, 0.1),
    plain: x => tf.leakyRelu(x!, 0.1),
  },
  {
    name: 'gelu',
    inputs: () => [normal([4, 25])],
    fused: x => gelu(x!),
    plain: x => tf.mul(x!, tf.div(tf.add(1, tf.erf(tf.div(x!, Math.SQRT2))), 2)),
  },
  {
    name: 'hardSigmoid',
    inputs: () => [awayFrom([-3, 3], [4, 25])],
    fused: x => hardSigmoid(x!),
    plain: x => tf.div(tf.relu6(tf.add(x!, 3)), 6),
  },
  {
    name: 'hardSwish',
    inputs: () => [awayFrom([-3, 3], [4, 25])],
    fused: x => hardSwish(x!),
    plain: x => tf.mul(x!, tf.div(tf.relu6(tf.add(x!, 3)), 6)),
  },
]

const crossEntropies = [0, 0.1].map((smoothing): KernelCase => {
  const labels = () => tf.tensor1d([3, 0, 6, 3, 1], 'int32')
  return {
    name: `softmaxCrossEntropy smoothed by ${smoothing}`,
    inputs: () => [normal([5, 7])],
    fused: logits => softmaxCrossEntropy(logits!, labels(), smoothing),
    plain: logits => {
      const targets = tf.add(tf.mul(tf.oneHot(labels(), 7), 1 - smoothing), smoothing / 7)
      return tf.div(tf.neg(tf.sum(tf.mul(targets, tf.logSoftmax(logits!)))), 5)
    },
  }
})

type Shape = readonly number[]

const convolutionCases: readonly [string, Shape, Shape, ConvolutionOptions][] = [
  ['3×3, same padding', [2, 6, 6, 3], [3, 3, 3, 4], { strides: [1, 1], padding: [1, 1, 1, 1] }],
  ['3×3, no padding, odd sizes', [2, 7, 5, 3], [3, 3, 3, 4], { strides: [1, 1], padding: [0, 0, 0, 0] }],
  [
    '3×3, stride 2, symmetric padding',
    [2, 8, 8, 3],
    [3, 3, 3, 4],
    { strides: [2, 2], padding: [1, 1, 1, 1] },
  ],
  [
    "3×3, stride 2, TensorFlow's padding",
    [2, 8, 8, 3],
    [3, 3, 3, 4],
    { strides: [2, 2], padding: [0, 1, 0, 1] },
  ],
  ['3×3, stride 2, odd sizes', [2, 7, 9, 3], [3, 3, 3, 4], { strides: [2, 2], padding: [1, 1, 1, 1] }],
  [
    '3×5, padding unequal on all sides',
    [2, 6, 7, 3],
    [3, 5, 3, 4],
    { strides: [1, 1], padding: [0, 2, 1, 3] },
  ],
  ['3×3, stride 2 across only', [2, 6, 7, 3], [3, 3, 3, 4], { strides: [1, 2], padding: [1, 1, 1, 1] }],
  [
    '3×3, dilation 2',
    [2, 8, 7, 3],
    [3, 3, 3, 4],
    { strides: [1, 1], padding: [2, 2, 2, 2], dilations: [2, 2] },
  ],
  [
    '3×3, dilation 2, stride 2',
    [2, 8, 8, 3],
    [3, 3, 3, 4],
    { strides: [2, 2], padding: [2, 2, 2, 2], dilations: [2, 2] },
  ],
  ['1×1, stride 2', [2, 7, 7, 5], [1, 1, 5, 4], { strides: [2, 2], padding: [0, 0, 0, 0] }],
  ['3×3, 2 groups', [2, 6, 6, 4], [3, 3, 2, 6], { strides: [1, 1], padding: [1, 1, 1, 1] }],
  [
    '3×3, 3 groups, stride 2, unequal padding',
    [2, 7, 6, 6],
    [3, 3, 2, 9],
    { strides: [2, 2], padding: [1, 0, 0, 1] },
  ],
  ['2×2 larger than a row', [1, 1, 4, 2], [2, 2, 2, 3], { strides: [1, 1], padding: [1, 1, 0, 1] }],
]

const depthwiseCases: readonly [string, Shape, Shape, ConvolutionOptions][] = [
  ['3×3, same padding', [2, 6, 6, 4], [3, 3, 1, 4], { strides: [1, 1], padding: [1, 1, 1, 1] }],
  ['5×5, odd sizes', [2, 7, 9, 4], [5, 5, 1, 4], { strides: [1, 1], padding: [2, 2, 2, 2] }],
  ['3×3, stride 2', [2, 8, 8, 4], [3, 3, 1, 4], { strides: [2, 2], padding: [1, 1, 1, 1] }],
  ['5×5, stride 2, odd sizes', [2, 9, 7, 4], [5, 5, 1, 4], { strides: [2, 2], padding: [2, 2, 2, 2] }],
  ['4×4, no padding', [2, 7, 8, 4], [4, 4, 1, 4], { strides: [1, 1], padding: [0, 0, 0, 0] }],
  ['7×7, stride 2', [2, 9, 8, 4], [7, 7, 1, 4], { strides: [2, 2], padding: [3, 3, 3, 3] }],
  ['3×6, unequal padding', [2, 5, 9, 4], [3, 6, 1, 4], { strides: [1, 2], padding: [1, 1, 4, 1] }],
  ['3×3, stride 2, unequal padding', [2, 8, 6, 4], [3, 3, 1, 4], { strides: [2, 2], padding: [0, 1, 2, 1] }],
  ['3×3, stride 2 down only', [2, 7, 6, 4], [3, 3, 1, 4], { strides: [2, 1], padding: [1, 1, 1, 1] }],
  [
    '3×3, dilation 2',
    [2, 7, 8, 4],
    [3, 3, 1, 4],
    { strides: [1, 1], padding: [2, 2, 2, 2], dilations: [2, 2] },
  ],
]

const convolutions: KernelCase[] = [
  ...convolutionCases.map(([name, x, filter, options]) => ({
    name: `conv2d ${name}`,
    inputs: () => [normal(x), normal(filter, 2)],
    fused: (x?: Tensor, filter?: Tensor) => conv2d(x!, filter!, options),
    plain: (x?: Tensor, filter?: Tensor) => plainConv2d(x!, filter!, options),
  })),
  ...depthwiseCases.map(([name, x, filter, options]) => ({
    name: `depthwiseConv2d ${name}`,
    inputs: () => [normal(x), normal(filter, 2)],
    fused: (x?: Tensor, filter?: Tensor) => depthwiseConv2d(x!, filter!, options),
    plain: (x?: Tensor, filter?: Tensor) => plainDepthwiseConv2d(x!, filter!, options),
  })),
]

const poolings: readonly [string, Window][] = [
  ['2×2', { kernel: [2, 2], strides: [2, 2], padding: [0, 0, 0, 0] }],
  ['3×3, stride 2, padded', { kernel: [3, 3], strides: [2, 2], padding: [1, 1, 1, 1] }],
  ['3×2, stride 1 × 2, padded unequally', { kernel: [3, 2], strides: [1, 2], padding: [2, 0, 0, 1] }],
]

const pools = poolings.flatMap(([name, window]): KernelCase[] => [
  {
    name: `maxPool ${name}`,
    inputs: () => [spread([2, 7, 6, 3])],
    fused: x => maxPool(x!, window),
    plain: x => plainMaxPool(x!, window),
  },
  {
    name: `averagePool ${name}`,
    inputs: () => [normal([2, 7, 6, 3])],
    fused: x => averagePool(x!, window),
    plain: x => plainAveragePool(x!, window),
  },
  {
    name: `averagePool ${name}, the padding counted`,
    inputs: () => [normal([2, 7, 6, 3])],
    fused: x => averagePool(x!, { ...window, includePadding: true }),
    plain: x => tf.div(tf.addN(windows(x!, window)), window.kernel[0] * window.kernel[1]),
  },
])

/** Rows of a matrix that takes a row of pixels to its resampled one. */
function weights(from: number, to: number, at: (i: number) => number): Tensor {
  const rows = Array.from({ length: to }, (_, i) => {
    const place = Math.min(Math.max(at(i), 0), from - 1)
    return Array.from({ length: from }, (_, j) => Math.max(0, 1 - Math.abs(place - j)))
  })
  return tf.tensor2d(rows)
}

const resizes = (
  [
    ['nearest, up', [4, 3], [8, 9], { mode: 'nearest', alignCorners: false }],
    ['nearest, by odd ratios', [7, 9], [10, 4], { mode: 'nearest', alignCorners: false }],
    ['bilinear, up', [4, 3], [7, 5], { mode: 'bilinear', alignCorners: false }],
    ['bilinear, down', [9, 8], [4, 3], { mode: 'bilinear', alignCorners: false }],
    ['bilinear, aligned corners', [4, 9], [7, 5], { mode: 'bilinear', alignCorners: true }],
    ['midpoint, to even sizes', [4, 3], [8, 6], { mode: 'midpoint', alignCorners: false }],
    ['midpoint, to an odd height', [4, 3], [7, 6], { mode: 'midpoint', alignCorners: false }],
    ['midpoint, of a single row, to an odd width', [1, 4], [2, 7], { mode: 'midpoint', alignCorners: false }],
  ] as const
).map(([name, from, size, { mode, alignCorners }]): KernelCase => {
  const place = (axis: 0 | 1) => (i: number) =>
    mode === 'nearest'
      ? Math.floor((i * from[axis]) / size[axis])
      : mode === 'midpoint'
        ? i / 2
        : alignCorners
          ? (i * (from[axis] - 1)) / (size[axis] - 1)
          : ((i + 0.5) * from[axis]) / size[axis] - 0.5
  return {
    name: `resize ${name}`,
    inputs: () => [normal([2, ...from, 3])],
    fused: x => resize(x!, { size, mode, alignCorners }),
    plain: x => {
      const [vertical, horizontal] = [0, 1].map(axis =>
        weights(from[axis]!, size[axis]!, place(axis as 0 | 1)),
      )
      const columns = tf.matMul(
        tf.reshape(tf.transpose(x!, [0, 1, 3, 2]), [-1, from[1]]) as never,
        tf.transpose(horizontal!) as never,
      ) as Tensor
      const rows = tf.transpose(tf.reshape(columns, [2, from[0], 3, size[1]]), [0, 3, 2, 1])
      const both = tf.matMul(tf.reshape(rows, [-1, from[0]]) as never, tf.transpose(vertical!) as never)
      return tf.transpose(tf.reshape(both, [2, size[1], 3, size[0]]), [0, 3, 1, 2])
    },
  }
})

const MASK = { seed: 3, step: 5, name: 'dropout1' }

const others: KernelCase[] = [
  ...[false, true].map(
    (keepDims): KernelCase => ({
      name: `mean of 42 pixels${keepDims ? ', as a map' : ''}`,
      inputs: () => [normal([2, 6, 7, 3])],
      fused: x => mean(x!, [1, 2], keepDims),
      plain: x => tf.mean(x!, [1, 2], keepDims),
    }),
  ),
  {
    name: 'channelShuffle of 3 groups',
    inputs: () => [normal([2, 3, 4, 6])],
    fused: x => channelShuffle(x!, 3),
    plain: x => tf.gather(x!, tf.tensor1d([0, 2, 4, 1, 3, 5], 'int32'), 3),
  },
  {
    name: 'dropout',
    inputs: () => [normal([4, 5, 6])],
    fused: x => dropout(x!, 0.3, drawOf(MASK)),
    plain: x => tf.mul(x!, dropout(tf.ones([4, 5, 6]), 0.3, drawOf(MASK))),
  },
  ...[[2, 2] as const, [1, 3] as const].map(
    (strides): KernelCase => ({
      name: `subsample by ${strides}`,
      inputs: () => [normal([2, 7, 6, 3])],
      fused: x => subsample(x!, strides),
      plain: x => windows(x!, { kernel: [1, 1], strides, padding: [0, 0, 0, 0] })[0]!,
    }),
  ),
]

/** Every kernel that the engine computes in its own way. */
export const KERNEL_CASES: readonly KernelCase[] = [
  ...batchNorms,
  ...layerNorms,
  ...activations,
  ...crossEntropies,
  ...convolutions,
  ...pools,
  ...resizes,
  ...others,
]
