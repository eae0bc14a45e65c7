// What a backend computes, for comparison with the other one: as a script, all of it as JSON on stdout.
import { fileURLToPath } from 'node:url'
import {
  applyGradients,
  type ConvolutionOptions,
  conv2d,
  createModel,
  createOptimizer,
  createVariable,
  depthwiseConv2d,
  disposeModel,
  disposeOptimizer,
  eager,
  gradients,
  type LabelledImages,
  maxPool,
  type OptimizerOptions,
  relu,
  type Tensor,
  takeStep,
  tf,
  trainStep,
} from '../../src/engine/index.js'
import { graph, initialize, mbconv, type Network } from '../../src/network/index.js'
import { KERNEL_CASES, type KernelCase } from './kernel-cases.js'
import { tintedImages } from './small-model.js'
import { normal } from './values.js'

type Shape = readonly number[]

const SQUARE = [1, 1, 1, 1] as const

/** Convolutions larger and odder than those of `KERNEL_CASES`. */
const convolutions: readonly [Shape, Shape, ConvolutionOptions][] = [
  [[3, 13, 11, 5], [3, 3, 5, 7], { strides: [3, 3], padding: SQUARE }],
  [[2, 14, 9, 6], [5, 3, 6, 4], { strides: [3, 2], padding: [0, 3, 2, 0] }],
  [[2, 12, 13, 3], [3, 3, 3, 9], { strides: [2, 3], padding: [2, 1, 0, 2], dilations: [2, 3] }],
  [[5, 7, 7, 12], [1, 1, 12, 20], { strides: [1, 1], padding: [0, 0, 0, 0] }],
  [[5, 7, 7, 20], [1, 1, 20, 12], { strides: [1, 1], padding: [0, 0, 0, 0] }],
  [[2, 8, 9, 4], [1, 1, 4, 6], { strides: [3, 2], padding: [0, 0, 0, 0] }],
  [[2, 9, 8, 6], [3, 3, 2, 6], { strides: [2, 1], padding: [1, 0, 1, 2], dilations: [1, 2] }],
]

const depthwise = [3, 5, 7].flatMap((size): [Shape, Shape, ConvolutionOptions][] => {
  const border = (size - 1) / 2
  const padding = [border, border, border, border] as const
  return [
    [[3, 9, 10, 17], [size, size, 1, 17], { strides: [1, 1], padding }],
    [[2, 11, 8, 8], [size, size, 1, 8], { strides: [2, 2], padding }],
    [[2, 13, 10, 3], [size, size, 1, 3], { strides: [3, 3], padding: [border, 0, 1, border] }],
    [[2, 15, 16, 10], [size, size, 1, 10], { strides: [1, 1], padding, dilations: [2, 2] }],
  ]
})

const convolutionCase =
  (kind: string, convolve: typeof conv2d) =>
  ([x, filter, options]: [Shape, Shape, ConvolutionOptions]): Pick<
    KernelCase,
    'name' | 'inputs' | 'fused'
  > => ({
    name: `${kind} of [${x}] with [${filter}], ${JSON.stringify(options)}`,
    inputs: () => [normal(x), normal(filter, 2)],
    fused: (x, filter) => convolve(x!, filter!, options),
  })

const cases = [
  // Their masks are the backend's own.
  ...KERNEL_CASES.filter(({ name }) => name !== 'dropout'),
  ...convolutions.map(each => convolutionCase('conv2d', conv2d)([...each])),
  ...depthwise.map(each => convolutionCase('depthwiseConv2d', depthwiseConv2d)([...each])),
  {
    name: 'maxPool of many equal values',
    inputs: () => [normal([2, 9, 9, 3])],
    fused: (x?: Tensor) => maxPool(relu(x!), { kernel: [3, 3], strides: [2, 2], padding: SQUARE }),
  },
]

const numbers = (tensor: Tensor): number[] => [...tensor.dataSync()]

/** A kernel's value, and the gradients of Σ y·c where it has any. */
function valuesOf({ fused, inputs, differentiable = true }: (typeof cases)[number] & Partial<KernelCase>) {
  return tf.tidy(() => {
    const at = inputs()
    const value = numbers(fused(...at))
    if (!differentiable) return [value]
    const { gradients: found } = gradients(() => {
      const y = fused(...at)
      return tf.sum(tf.mul(y, normal(y.shape, 99)))
    }, at)
    return [value, ...found.map(numbers)]
  })
}

/** Weights after three updates. */
function optimised(options: OptimizerOptions): number[] {
  return tf.tidy(() => {
    const variable = createVariable('w', [7], Float32Array.from(numbers(normal([7]))))
    const optimizer = createOptimizer([variable], options)
    for (const count of [1, 2, 3]) {
      const pace = { learningRate: tf.scalar(0.05), count: tf.scalar(count) }
      applyGradients(optimizer, [variable], [normal([7], count)], pace)
    }
    const weights = numbers(variable.read())
    disposeOptimizer(optimizer)
    variable.dispose()
    return weights
  })
}

/** Every kind of layer that has no draw of its own. */
export function comparedNetwork(): Network {
  const net = graph('compared', [8, 8, 3])
  let last = net.activation(net.batchNorm(net.conv(net.input, { name: 'stem', filters: 8 })))
  last = mbconv(net, last, { name: 'first', filters: 8, kernel: 5, expansion: 3 })
  last = mbconv(net, last, { name: 'second', filters: 12, kernel: 3, stride: 2, expansion: 2 })
  last = net.activation(net.conv(last, { name: 'grouped', filters: 12, groups: 2, bias: true }))
  last = net.pool(last, { kernel: 3, strides: 1, padding: [1, 1, 1, 1] })
  net.dense(net.globalAveragePool(last), { name: 'classifier', units: 3 })
  return net.finish()
}

/** The losses of ten steps, and how many tensors there were after each. */
function trained(batch: LabelledImages) {
  const model = createModel(initialize(comparedNetwork(), 3))
  const optimizer = createOptimizer(model.trainable, { kind: 'momentum', nesterov: true })
  const program = eager(trainStep(model, optimizer, { weightDecay: 1e-3, labelSmoothing: 0.1 }))
  const steps = Array.from({ length: 10 }, (_, step) => {
    const { loss } = takeStep(program, model, batch, { learningRate: 0.05, seed: 1, step })
    return { loss, tensors: tf.memory().numTensors }
  })
  disposeOptimizer(optimizer)
  disposeModel(model)
  return steps
}

/** All that is compared. */
export const backendValues = () => ({
  kernels: Object.fromEntries(cases.map(each => [each.name, valuesOf(each)])),
  optimizers: (
    [
      { kind: 'momentum', momentum: 0.8 },
      { kind: 'momentum', nesterov: true },
      { kind: 'adam' },
      { kind: 'rmsprop' },
    ] as const
  ).map(optimised),
  steps: trained(tintedImages()),
})

export type BackendValues = ReturnType<typeof backendValues>

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(JSON.stringify(backendValues()))
