import type { Padding } from '../../../../network.js'
import { int, ints } from '../node.js'
import { reshape } from '../reshape.js'
import { type Converter, layer, optional, type Scope, signal } from '../scope.js'
import { axisIndex, describe, dimsOf, needNchw, ONE, type Signal, usual } from '../signal.js'
import { refuse } from '../unsupported.js'
import { paddingOf, two } from './conv.js'

type Two = readonly [number, number]

/**
 * Rounding up means one more window where the last one begins within the map or the padding before it; as padding
 * after the map it comes to the same.
 */
function ceiled(size: number, kernel: number, stride: number, before: number, after: number): number {
  const windows = Math.ceil((size + before + after - kernel) / stride) + 1
  const last = (windows - 1) * stride >= size + before ? windows - 1 : windows
  return Math.max((last - 1) * stride + kernel - size - before, after)
}

function pool(scope: Scope, average: boolean): Signal {
  const { node } = scope
  const x = signal(scope)
  needNchw(x)
  const [height, width] = [dimsOf(x)[2]!, dimsOf(x)[3]!]
  const kernel = two(scope, 'kernel_shape', [0, 0])
  const strides = two(scope, 'strides', [1, 1])
  if (ints(node, 'dilations')?.some(dilation => dilation !== 1)) refuse('pools dilated windows')
  const given = paddingOf(scope, [height, width], { kernel, strides, dilations: [1, 1] })
  if (
    kernel.every(size => size === 1) &&
    strides.every(stride => stride === 1) &&
    given.every(size => size === 0)
  )
    return x
  const counted = average && int(node, 'count_include_pad', 0) === 1
  const padding: Padding = int(node, 'ceil_mode', 0)
    ? [
        given[0],
        ceiled(height, kernel[0], strides[0], given[0], given[1]),
        given[2],
        ceiled(width, kernel[1], strides[1], given[2], given[3]),
      ]
    : given
  if (x.shape.length === 1) return refuse(`pools ${describe(x)}, a single pixel`)
  const none = padding.every(size => size === 0)
  if (average && none && kernel[0] === height && kernel[1] === width) return globalAverage(scope, x)
  const rounded = padding.some((size, side) => size !== given[side])
  const attributes = { function: average ? ('average' as const) : ('max' as const), kernel, strides }
  if (!(counted && rounded)) {
    const includePadding = counted && !none
    const made = layer(scope, 'pool', [x], { ...attributes, padding, includePadding })
    return usual(made.layer, made.shape, scope.batch)
  }
  // The padding counts, what rounding up adds does not: zeros that are pixels, then padding that is not.
  const padded = { ...x, ...layer(scope, 'pad', [x], { padding: given }) }
  const rest = padding.map((size, side) => size - given[side]!) as unknown as Padding
  const made = layer(scope, 'pool', [padded], { ...attributes, padding: rest, includePadding: false })
  return usual(made.layer, made.shape, scope.batch)
}

function globalAverage(scope: Scope, x: Signal): Signal {
  const made = layer(scope, 'globalAveragePool', [x], { keepSpatial: true })
  return usual(made.layer, made.shape, scope.batch)
}

const globalAveragePool: Converter = scope => {
  const x = signal(scope)
  needNchw(x)
  return x.shape.length === 1 ? x : globalAverage(scope, x)
}

const globalMaxPool: Converter = scope => {
  const x = signal(scope)
  needNchw(x)
  if (x.shape.length === 1) return x
  const kernel = x.shape.slice(0, 2) as unknown as Two
  const attributes = {
    function: 'max',
    kernel,
    strides: kernel,
    padding: [0, 0, 0, 0],
    includePadding: false,
  } as const
  const made = layer(scope, 'pool', [x], attributes)
  return usual(made.layer, made.shape, scope.batch)
}

/** The mean over height and width, wherever the file has them. */
const reduceMean: Converter = scope => {
  const { node } = scope
  const x = signal(scope)
  const rank = x.axes.length
  const asked = ints(node, 'axes') ?? Array.from(optional(scope, 1, 'axes')?.data ?? [])
  const axes = new Set(asked.map(axis => axisIndex(axis, rank)))
  const wide = [...axes].map(axis => x.axes[axis]!).filter(axis => axis.size > 1)
  const over = wide.flatMap(axis => axis.parts ?? [axis]).map(({ of }) => of)
  const all = (['height', 'width'] as const).every(
    (of, index) => over.includes(of) || (x.shape[index] ?? 1) === 1,
  )
  const only = over.every(of => of === 'height' || of === 'width')
  const kept = int(node, 'keepdims', 1) === 1
  const dims = dimsOf(x).flatMap((size, axis) => (axes.has(axis) ? (kept ? [1] : []) : [size]))
  if (axes.size > 0 && wide.length === 0 && !axes.has(0)) return reshape(scope, x, dims)
  if (axes.size === 0 || !only || !all || x.shape.length === 1)
    return refuse(
      `takes the mean of ${describe(x)} over axes [${[...axes]}]; only that over height and width can be read`,
    )
  const made = layer(scope, 'globalAveragePool', [x], { keepSpatial: true })
  const averaged: Signal = {
    kind: 'signal',
    ...made,
    axes: x.axes.map((axis, index) => (axes.has(index) ? ONE : axis)),
  }
  return kept ? averaged : reshape(scope, averaged, dims)
}

export const poolingConverters: Readonly<Record<string, Converter>> = {
  MaxPool: scope => pool(scope, false),
  AveragePool: scope => pool(scope, true),
  GlobalAveragePool: globalAveragePool,
  GlobalMaxPool: globalMaxPool,
  ReduceMean: reduceMean,
}
