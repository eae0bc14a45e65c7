import type { Padding } from '../../../../network.js'
import { oihwToHwio } from '../../../kernel-layout.js'
import { int, ints, text } from '../node.js'
import { type Converter, constant, layer, optional, type Scope, signal, weightOf } from '../scope.js'
import { channelsOf, needNchw, type Signal, usual, withChannels } from '../signal.js'
import { refuse } from '../unsupported.js'

type Two = readonly [number, number]

/** An attribute of two integers. */
export function two(scope: Scope, name: string, otherwise: Two): Two {
  const values = ints(scope.node, name) ?? otherwise
  if (values.length !== 2) refuse(`has ${name} [${values}]; only images of two dimensions can be read`)
  return values as unknown as Two
}

interface Window {
  readonly kernel: Two
  readonly strides: Two
  readonly dilations: Two
}

/** The padding of a sliding window, from `pads` or `auto_pad`. */
export function paddingOf(scope: Scope, [height, width]: Two, window: Window): Padding {
  const mode = text(scope.node, 'auto_pad') ?? 'NOTSET'
  if (mode === 'NOTSET') {
    const [top = 0, left = 0, bottom = 0, right = 0] = ints(scope.node, 'pads') ?? []
    return [top, bottom, left, right]
  }
  if (mode === 'VALID') return [0, 0, 0, 0]
  if (mode !== 'SAME_UPPER' && mode !== 'SAME_LOWER') return refuse(`has auto_pad "${mode}"`)
  const along = (size: number, axis: 0 | 1): Two => {
    const stride = window.strides[axis]
    const extent = window.dilations[axis] * (window.kernel[axis] - 1) + 1
    const total = Math.max((Math.ceil(size / stride) - 1) * stride + extent - size, 0)
    const [less, more] = [Math.floor(total / 2), Math.ceil(total / 2)]
    return mode === 'SAME_UPPER' ? [less, more] : [more, less]
  }
  return [...along(height, 0), ...along(width, 1)] as unknown as Padding
}

export const conv: Converter = scope => {
  const x = signal(scope)
  const kernel = constant(scope, 1, 'kernel')
  const bias = optional(scope, 2, 'bias')
  const [filters, depth, ...size] = kernel.dims as [number, number, number, number]
  if (size.length !== 2)
    refuse(`has a kernel of shape [${kernel.dims}]; only images of two dimensions can be read`)
  const groups = int(scope.node, 'group', 1)
  needNchw(x)
  if (depth * groups !== channelsOf(x))
    refuse(`has a kernel for ${depth * groups} channels, its input has ${channelsOf(x)}`)
  const strides = two(scope, 'strides', [1, 1])
  const dilations = two(scope, 'dilations', [1, 1])
  const [height, width] = (x.shape.length === 3 ? x.shape : [1, 1]) as unknown as Two
  const padding = paddingOf(scope, [height, width], { kernel: size, strides, dilations })
  const values = weightOf(kernel, kernel.dims)
  const biases = bias && { bias: weightOf(bias, [filters]) }
  if (x.shape.length === 1) {
    if (groups !== 1 || size.some(each => each !== 1) || padding.some(each => each > 0))
      refuse('is a convolution over a vector; only a 1×1 one can be read')
    return ofVector(scope, x, kernel.name, filters, values.data, biases)
  }
  const attributes = { filters, kernel: size as Two, strides, padding, dilations, groups, bias: !!bias }
  const weights = { kernel: oihwToHwio(values), ...biases }
  const made = layer(scope, 'conv', [x], attributes, weights, kernel.name)
  return usual(made.layer, made.shape, scope.batch)
}

/** A 1×1 convolution of a single pixel that Tandem holds as a vector. */
function ofVector(
  scope: Scope,
  x: Signal,
  name: string,
  units: number,
  kernel: Float32Array,
  biases: object | undefined,
): Signal {
  const depth = channelsOf(x)
  const data = new Float32Array(kernel.length)
  for (let unit = 0; unit < units; unit++)
    for (let c = 0; c < depth; c++) data[c * units + unit] = kernel[unit * depth + c]!
  const weights = { kernel: { shape: [depth, units], data }, ...biases }
  const made = layer(scope, 'dense', [x], { units, bias: !!biases }, weights, name)
  return withChannels(x, made.layer, made.shape, 1)
}
