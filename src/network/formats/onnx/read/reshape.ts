import type { Shape } from '../../../network.js'
import { layer, type Scope } from './scope.js'
import { type Axis, describe, dimsOf, ONE, type Signal } from './signal.js'
import { refuse } from './unsupported.js'

/** Features that a map may be flattened to in another order than Tandem's: a dense layer's rows are put in order. */
const MOST_FEATURES = 2 ** 24

/**
 * The signal under other sizes. Most reshapes move no value that Tandem would move too: axes of size 1 come and go,
 * channels are split into groups. Layers are made where values do move: `channelShuffle` where split channels are
 * joined the other way round, `flatten` where all axes but the batch become one. With the batch, too, they are only
 * kept as they are until they are taken apart again.
 */
export function reshape(scope: Scope, signal: Signal, dims: readonly number[]): Signal {
  const [only] = signal.axes
  if (signal.axes.length === 1 && only!.parts) return reshape(scope, { ...signal, axes: only!.parts }, dims)
  if (dims.length === 1 && dims[0] === product(signal.axes)) return { ...signal, axes: [joined(signal.axes)] }
  const wrong = (problem: string) =>
    refuse(`reshapes ${describe(signal)} to [${dims}], which ${problem}; this cannot be imported`)
  const [batch, ...rest] = signal.axes
  if (batch?.of !== 'batch' || dims[0] !== batch.size) return wrong('mixes the batch with other axes')
  const queue = rest.filter(axis => axis.size > 1)
  const sizes = dims.slice(1)
  let current = signal
  const axes: Axis[] = [batch]
  for (let at = 0; at < sizes.length; at++) {
    const size = sizes[at]!
    if (size === 1) {
      axes.push(ONE)
      continue
    }
    const taken: Axis[] = []
    while (product(taken) < size && queue.length > 0) taken.push(queue.shift()!)
    const all = product(taken)
    if (all === size) {
      const [axis, after] = join(scope, current, taken)
      current = after
      axes.push(axis)
    } else if (taken.length === 1 && all > size) {
      const parts = split(
        taken[0]!,
        sizes.slice(at).filter(each => each > 1),
      )
      if (!parts) return wrong('splits an axis in a way that Tandem has no layer for')
      axes.push(parts[0]!)
      queue.unshift(...parts.slice(1))
    } else return wrong('joins axes in a way that Tandem has no layer for')
  }
  if (queue.length > 0) return wrong('has another number of values')
  return flattened(scope, { ...current, axes })
}

const product = (axes: readonly Axis[]) => axes.reduce((all, axis) => all * axis.size, 1)

const joined = (axes: readonly Axis[]): Axis => ({
  of: 'flat',
  size: product(axes),
  parts: axes.flatMap(axis => axis.parts ?? [axis]),
})

/** Several neighbouring axes as one. */
function join(scope: Scope, signal: Signal, axes: readonly Axis[]): [Axis, Signal] {
  const size = product(axes)
  const [first, second] = axes
  if (axes.length === 1) return [first!, signal]
  if (axes.length === 2 && first!.of === 'group' && second!.of === 'member')
    return [{ of: 'channels', size }, signal]
  if (axes.length === 2 && first!.of === 'member' && second!.of === 'group') {
    const shuffled = layer(scope, 'channelShuffle', [signal], { groups: second!.size })
    return [
      { of: 'channels', size },
      { ...signal, ...shuffled },
    ]
  }
  const flat = joined(axes)
  if (flat.parts!.some(({ of }) => of === 'group' || of === 'member' || of === 'features'))
    return refuse(
      `joins ${axes.map(({ of }) => of).join(' and ')} of ${describe(signal)}; Tandem has no layer for it`,
    )
  return [flat, signal]
}

/** The first parts of an axis whose sizes are the first of `sizes`. */
function split(axis: Axis, sizes: readonly number[]): Axis[] | undefined {
  if (axis.of === 'channels' && sizes.length >= 2 && sizes[0]! * sizes[1]! === axis.size)
    return [
      { of: 'group', size: sizes[0]! },
      { of: 'member', size: sizes[1]! },
    ]
  return axis.parts?.every((part, index) => part.size === sizes[index]) ? [...axis.parts] : undefined
}

/** A map whose values all lie along one axis becomes a vector, by a `flatten` layer. */
function flattened(scope: Scope, signal: Signal): Signal {
  const wide = signal.axes.filter(axis => axis.of !== 'batch' && axis.size > 1)
  const vector = signal.axes.length === 2 && signal.axes[1]!.of !== 'batch'
  const all = wide.length === 1 && wide[0]!.of === 'flat' && wide[0]!.size === features(signal.shape)
  if (signal.shape.length === 1 || !(vector || all)) return signal
  const flat = layer(scope, 'flatten', [signal], {})
  const axis = featuresOf(wide[0] ?? ONE, signal.shape)
  const axes = signal.axes.map(each => (each === wide[0] || (vector && each.of !== 'batch') ? axis : each))
  return { kind: 'signal', ...flat, axes }
}

const features = (shape: Shape) => shape.reduce((product, size) => product * size, 1)

/** The axis of a flattened map: channels where its order is Tandem's, row-major over [height, width, channels]. */
function featuresOf(axis: Axis, map: Shape): Axis {
  const size = axis.size
  const ranks = axis.parts?.map(({ of }) => ['height', 'width', 'channels'].indexOf(of)) ?? []
  if (ranks.every((rank, index) => index === 0 || ranks[index - 1]! < rank)) return { of: 'channels', size }
  if (size > MOST_FEATURES) return refuse(`flattens ${size} values, more than can be`)
  return { of: 'features', size, order: flatOrder(axis.parts!, size, map) }
}

/** For every index of the flattened axes `parts` the index in the row-major order of `map`. */
function flatOrder(parts: readonly Axis[], size: number, map: Shape): Int32Array {
  const [, width, channels] = map as readonly [number, number, number]
  const strides = { height: width * channels, width: channels, channels: 1 }
  const steps = parts.map(part => ({ size: part.size, stride: strides[part.of as keyof typeof strides] }))
  const order = new Int32Array(size)
  const counter = steps.map(() => 0)
  for (let index = 0, at = 0; index < size; index++) {
    order[index] = at
    for (let part = steps.length - 1; part >= 0; part--) {
      const { size, stride } = steps[part]!
      at += stride
      counter[part]! += 1
      if (counter[part]! < size) break
      at -= size * stride
      counter[part] = 0
    }
  }
  return order
}

/** Sizes that a Reshape asks for: 0 keeps the input's size (unless `allowZero`), −1 is what is left. */
export function targetDims(signal: Signal, asked: readonly number[], allowZero: boolean): number[] {
  const from = dimsOf(signal)
  const dims = asked.map((size, index) => (size === 0 && !allowZero ? (from[index] ?? 0) : size))
  const open = dims.indexOf(-1)
  if (open < 0) return dims
  const known = dims.reduce((product, size, index) => (index === open ? product : product * size), 1)
  const all = from.reduce((product, size) => product * size, 1)
  return dims.with(open, all / known)
}
