import type { Weight } from '../../../../network.js'
import { transposed } from '../../../kernel-layout.js'
import type { Constant } from '../constant.js'
import { float, int } from '../node.js'
import { type Converter, constant, layer, optional, type Scope, signal, weightOf } from '../scope.js'
import { channelsOf, describe, isAxis, ONE, type Signal } from '../signal.js'
import { refuse } from '../unsupported.js'

/** x · kernel over the last axis: a dense layer of a vector, a 1×1 convolution of a map. */
function product(scope: Scope, x: Signal, kernel: Weight, name: string, bias?: Weight): Signal {
  const [depth, units] = kernel.shape as [number, number]
  const last = x.axes.length - 1
  const axis = x.axes[last]!
  if (depth !== channelsOf(x) || (axis.of !== 'features' && !isAxis(x, last, 'channels')))
    refuse(
      `multiplies ${describe(x)} by a matrix [${kernel.shape}]; only channels on the last axis can be read`,
    )
  const weights = {
    kernel: axis.of === 'features' ? rowsInOrder(kernel, axis.order!) : kernel,
    ...(bias && { bias }),
  }
  const made =
    x.shape.length === 1
      ? layer(scope, 'dense', [x], { units, bias: !!bias }, weights, name)
      : pointwise(scope, x, units, weights, name)
  const result = units === 1 ? ONE : ({ of: 'channels', size: units } as const)
  return { kind: 'signal', ...made, axes: x.axes.with(last, result) }
}

function pointwise(
  scope: Scope,
  x: Signal,
  filters: number,
  weights: { kernel: Weight; bias?: Weight },
  name: string,
) {
  const { kernel, bias } = weights
  const shaped = { ...kernel, shape: [1, 1, ...kernel.shape] }
  return layer(
    scope,
    'conv',
    [x],
    {
      filters,
      kernel: [1, 1],
      strides: [1, 1],
      padding: [0, 0, 0, 0],
      dilations: [1, 1],
      groups: 1,
      bias: !!bias,
    },
    { kernel: shaped, ...(bias && { bias }) },
    name,
  )
}

/** The rows of a kernel for features in the file's order, put in Tandem's. */
function rowsInOrder({ shape, data }: Weight, order: Int32Array): Weight {
  const units = shape[1]!
  const values = new Float32Array(data.length)
  order.forEach((to, from) => {
    values.set(data.subarray(from * units, (from + 1) * units), to * units)
  })
  return { shape, data: values }
}

const matrix = (kernel: Constant): Weight =>
  kernel.dims.length === 2
    ? weightOf(kernel, kernel.dims)
    : refuse(`has a kernel "${kernel.name}" of shape [${kernel.dims}], not a matrix`)

export const matMul: Converter = scope => {
  if (scope.inputs[0]?.kind === 'constant' || scope.inputs[1]?.kind === 'signal')
    refuse('multiplies by what depends on the input; only a fixed matrix on the right can be read')
  const kernel = constant(scope, 1, 'kernel')
  return product(scope, signal(scope), matrix(kernel), kernel.name)
}

/** alpha · x · B + beta · C. */
export const gemm: Converter = scope => {
  const x = signal(scope)
  const kernel = constant(scope, 1, 'kernel')
  if (int(scope.node, 'transA', 0)) refuse('transposes its input')
  if (x.axes.length !== 2) refuse(`takes a matrix, got ${describe(x)}`)
  const [alpha, beta] = [float(scope.node, 'alpha', 1), float(scope.node, 'beta', 1)]
  const given = matrix(kernel)
  const straight = int(scope.node, 'transB', 0) ? transposed(given) : given
  const scaled = alpha === 1 ? straight : { ...straight, data: straight.data.map(value => alpha * value) }
  const bias = optional(scope, 2, 'bias')
  const units = scaled.shape[1]!
  return product(scope, x, scaled, kernel.name, bias && beta !== 0 ? biasOf(bias, units, beta) : undefined)
}

/** A bias [units], [1, units] or of a single value. */
function biasOf(bias: Constant, units: number, beta: number): Weight {
  const single = bias.data.length === 1
  if (!single && (bias.data.length !== units || bias.dims.at(-1) !== units))
    refuse(`adds "${bias.name}" [${bias.dims}], not one value for each of ${units} units`)
  const values = Float64Array.from({ length: units }, (_, unit) => beta * bias.data[single ? 0 : unit]!)
  return weightOf(bias, [units], values)
}
