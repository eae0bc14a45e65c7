import type { Shape } from '../../../network.js'
import { refuse } from './unsupported.js'

/**
 * What one axis of an ONNX tensor is of a layer's output. `group` and `member` are a channel axis split in two,
 * `flat` is several axes in one, `features` are those of a map that was flattened in another order than Tandem's,
 * `one` is an axis of size 1 that is none of them.
 */
export interface Axis {
  readonly of: 'batch' | 'channels' | 'height' | 'width' | 'group' | 'member' | 'flat' | 'features' | 'one'
  readonly size: number
  /** Of `flat`: the axes in it, slowest first. */
  readonly parts?: readonly Axis[]
  /** Of `features`: for each index of the file the index in the layer's output. */
  readonly order?: Int32Array
}

/**
 * A tensor that depends on the network's input: the output of a layer, seen through the axes that the file gives it.
 * Transposes and reshapes only change the axes; that is how layouts disappear on the way in.
 */
export interface Signal {
  readonly kind: 'signal'
  readonly layer: string
  /** Of the layer: [height, width, channels] or [features]. */
  readonly shape: Shape
  readonly axes: readonly Axis[]
}

export const ONE: Axis = { of: 'one', size: 1 }

export const channelsOf = ({ shape }: Pick<Signal, 'shape'>): number => shape.at(-1)!

/** Sizes in the file's order. */
export const dimsOf = ({ axes }: Signal): readonly number[] => axes.map(axis => axis.size)

const sizeOf = ({ shape }: Signal, of: Axis['of']) =>
  of === 'channels' ? shape.at(-1)! : shape.length === 1 ? 1 : shape[of === 'height' ? 0 : 1]!

/** Whether axis `index` is the signal's channels, height or width. An axis of size 1 is whatever else has size 1. */
export function isAxis(signal: Signal, index: number, of: 'channels' | 'height' | 'width'): boolean {
  const axis = signal.axes[index]
  if (!axis) return false
  return axis.of === of || (axis.size === 1 && axis.of !== 'batch' && sizeOf(signal, of) === 1)
}

/** The layer's output in the file's usual order: [batch, channels, height, width] or [batch, features]. */
export function usual(layer: string, shape: Shape, batch: number): Signal {
  const first: Axis = { of: 'batch', size: batch }
  const channels: Axis = { of: 'channels', size: shape.at(-1)! }
  const axes: Axis[] =
    shape.length === 1
      ? [first, channels]
      : [first, channels, { of: 'height', size: shape[0]! }, { of: 'width', size: shape[1]! }]
  return { kind: 'signal', layer, shape, axes }
}

/** Whether the axes are [batch, channels, height, width]. */
export const isNchw = (signal: Signal): boolean =>
  signal.axes.length === 4 &&
  signal.axes[0]!.of === 'batch' &&
  isAxis(signal, 1, 'channels') &&
  isAxis(signal, 2, 'height') &&
  isAxis(signal, 3, 'width')

/** Refuses a signal that is not [batch, channels, height, width]. */
export function needNchw(signal: Signal): void {
  if (!isNchw(signal))
    refuse(`needs [batch, channels, height, width], got ${describe(signal)}; it may be laid out otherwise`)
}

/** The signal with another number of channels, after a layer that changed nothing else. */
export const withChannels = (
  signal: Signal,
  layer: string,
  shape: Shape,
  at = channelAxis(signal),
): Signal => ({
  kind: 'signal',
  layer,
  shape,
  axes: signal.axes.with(at, { of: 'channels', size: shape.at(-1)! }),
})

/** The signal with another height and width, after a layer that changed nothing else. */
export const withSpatial = (signal: Signal, layer: string, shape: Shape, batch: number): Signal =>
  isNchw(signal)
    ? usual(layer, shape, batch)
    : {
        kind: 'signal',
        layer,
        shape,
        axes: signal.axes.map(axis =>
          axis.of === 'height' || axis.of === 'width'
            ? { ...axis, size: shape[axis.of === 'height' ? 0 : 1]! }
            : axis,
        ),
      }

/** Which axis the channels are. */
export function channelAxis(signal: Signal): number {
  const index = signal.axes.findIndex(axis => axis.of === 'channels')
  if (index >= 0) return index
  const found = [1, signal.axes.length - 1].find(at => isAxis(signal, at, 'channels'))
  return found ?? refuse(`its channels are not one axis of ${describe(signal)}`)
}

/** An axis counted from the end where it is negative. */
export function axisIndex(axis: number, rank: number): number {
  const index = axis < 0 ? axis + rank : axis
  if (!Number.isInteger(index) || index < 0 || index >= rank)
    refuse(`its axis ${axis} is none of a tensor of rank ${rank}`)
  return index
}

/** `[batch, channels 16, height 8, width 8]` */
export const describe = ({ axes }: Signal): string =>
  `[${axes.map(({ of, size }) => (of === 'batch' ? of : of === 'one' ? '1' : `${of} ${size}`)).join(', ')}]`
