import type { Constant } from '../constant.js'
import { int } from '../node.js'
import { reshape } from '../reshape.js'
import { type Converter, constant, layer, optional, type Scope, signal, type Value } from '../scope.js'
import {
  axisIndex,
  channelsOf,
  describe,
  dimsOf,
  isAxis,
  isNchw,
  type Signal,
  usual,
  withChannels,
  withSpatial,
} from '../signal.js'
import { type Range, sliceRanges } from '../slice-ranges.js'
import { splitSizes } from '../split-sizes.js'
import { refuse } from '../unsupported.js'

/** Channels `start` to `start + count − 1`, along axis `axis`. */
function sliced(scope: Scope, x: Signal, axis: number, start: number, count: number): Signal {
  if (start === 0 && count === channelsOf(x)) return x
  const made = layer(scope, 'sliceChannels', [x], { start, count })
  return withChannels(x, made.layer, made.shape, axis)
}

/** Refuses an axis other than the channels. */
function needChannels(x: Signal, axis: number): void {
  if (!isAxis(x, axis, 'channels'))
    refuse(`works on axis ${axis} of ${describe(x)}; only the channels can be taken apart and joined`)
}

const isZero = (value: Value): value is Constant =>
  value.kind === 'constant' && value.type === 'float' && value.data.every(each => each === 0)

/** Joins along the channels. Zeros before or after are zero channels. */
const concat: Converter = scope => {
  const values = scope.inputs.filter(value => value !== undefined)
  const signals = values.filter(value => value.kind === 'signal')
  const [first] = signals as [Signal]
  const axis = axisIndex(int(scope.node, 'axis', 1), first.axes.length)
  for (const each of signals) {
    needChannels(each, axis)
    const dims = dimsOf(each).with(axis, 0).join()
    const labels = each.axes.every(
      (own, at) => at === axis || own.size === 1 || own.of === first.axes[at]?.of,
    )
    if (dims !== dimsOf(first).with(axis, 0).join() || !labels)
      refuse(`joins ${describe(first)} and ${describe(each)}, which differ in more than channels`)
  }
  if (values.some(value => value.kind === 'constant' && !isZero(value)))
    refuse('joins a constant other than zeros to the channels')
  const [from, to] = [values.indexOf(first), values.lastIndexOf(signals.at(-1)!)]
  if (to - from + 1 !== signals.length) refuse('joins zeros between channels; only before and after them')
  const zeros = (parts: readonly Value[]) =>
    parts.reduce((sum, part) => sum + (part as Constant).dims[axis]!, 0)
  const joined =
    signals.length === 1 ? first : withChannels(first, ...pair(layer(scope, 'concat', signals, {})), axis)
  const [before, after] = [zeros(values.slice(0, from)), zeros(values.slice(to + 1))]
  if (before + after === 0) return joined
  return withChannels(joined, ...pair(layer(scope, 'padChannels', [joined], { before, after })), axis)
}

const pair = ({ layer, shape }: { layer: string; shape: readonly number[] }): [string, readonly number[]] => [
  layer,
  shape,
]

const split: Converter = scope => {
  const x = signal(scope)
  const axis = axisIndex(int(scope.node, 'axis', 0), x.axes.length)
  needChannels(x, axis)
  let start = 0
  return splitSizes(scope.node, optional(scope, 1, 'sizes'), channelsOf(x)).map(count => {
    start += count
    return sliced(scope, x, axis, start - count, count)
  })
}

/** All values in order are a reshape. Channels by their numbers: neighbours are sliced together, the slices joined. */
const gather: Converter = scope => {
  const x = signal(scope)
  const axis = axisIndex(int(scope.node, 'axis', 0), x.axes.length)
  const indices = constant(scope, 1, 'indices')
  if (x.axes.length === 1 && indices.data.every((index, place) => index === place))
    return reshape(scope, x, indices.dims)
  needChannels(x, axis)
  const channels = channelsOf(x)
  const numbers = Array.from(indices.data, index => (index < 0 ? index + channels : index))
  if (indices.dims.length > 1 || numbers.length === 0) refuse(`takes indices of shape [${indices.dims}]`)
  const runs: { start: number; count: number }[] = []
  for (const number of numbers) {
    const last = runs.at(-1)
    if (last && last.start + last.count === number) last.count += 1
    else runs.push({ start: number, count: 1 })
  }
  if (runs.length > 64)
    refuse(`takes channels in an order of ${runs.length} pieces; only up to 64 can be read`)
  const parts = runs.map(({ start, count }) => sliced(scope, x, axis, start, count))
  const joined =
    parts.length === 1 ? parts[0]! : withChannels(x, ...pair(layer(scope, 'concat', parts, {})), axis)
  if (indices.dims.length === 1) return joined
  return { ...joined, axes: joined.axes.toSpliced(axis, 1) }
}

/**
 * A map resized to twice its size that loses its last row or column, as one resizing; undefined where it is none, or
 * the slice takes anything else.
 */
function midpoints(scope: Scope, x: Signal, ranges: readonly Range[]): Signal | undefined {
  const from = scope.draft.layers.get(x.layer)
  if (from?.type !== 'resize' || from.mode !== 'midpoint' || !isNchw(x)) return undefined
  const most = dimsOf(x)
  const lost = ranges.map(({ count }, axis) => most[axis]! - count)
  const whole = ranges.every(({ start, step }) => start === 0 && step === 1)
  const last = lost.every((count, axis) => count === 0 || (count === 1 && axis > 1 && most[axis]! % 2 === 0))
  if (!whole || !last || lost.every(count => count === 0)) return undefined
  const size = [ranges[2]!.count, ranges[3]!.count] as const
  const doubled = { ...x, layer: from.inputs[0]!, shape: scope.draft.shapes.get(from.inputs[0]!)! }
  const made = layer(scope, 'resize', [doubled], { size, mode: 'midpoint', alignCorners: false })
  return usual(made.layer, made.shape, scope.batch)
}

/**
 * Steps along height and width are `subsample`, a range of channels is `sliceChannels`; without its last row or column
 * a map of twice a size is one of an odd size.
 */
const slice: Converter = scope => {
  const x = signal(scope)
  const listed = scope.inputs.slice(1).map((_, index) => optional(scope, index + 1, 'range'))
  const ranges = sliceRanges(scope.node, listed, dimsOf(x))
  const odd = midpoints(scope, x, ranges)
  if (odd) return odd
  let result = x
  const strides: [number, number] = [1, 1]
  ranges.forEach(({ start, count, step }, axis) => {
    const { size } = x.axes[axis]!
    if (start === 0 && step === 1 && count === size) return
    const side = isAxis(x, axis, 'height') ? 0 : isAxis(x, axis, 'width') ? 1 : undefined
    if (isAxis(x, axis, 'channels') && step === 1) result = sliced(scope, result, axis, start, count)
    else if (side !== undefined && start === 0 && step > 0 && count === Math.ceil(size / step))
      strides[side] = step
    else
      refuse(
        `takes ${count} of ${size} from ${start} by ${step} along axis ${axis} of ${describe(x)}; no layer does`,
      )
  })
  if (strides.every(stride => stride === 1)) return result
  const made = layer(scope, 'subsample', [result], { strides })
  return withSpatial(result, made.layer, made.shape, scope.batch)
}

export const channelConverters: Readonly<Record<string, Converter>> = {
  Concat: concat,
  Split: split,
  Gather: gather,
  Slice: slice,
}
