import type { Padding, Shape } from '../../../network.js'
import { channelsLast, kerasError } from '../conversion.js'
import type { KerasLayer } from '../topology.js'

/** What a window's settings say that Tandem has no word for. */
export function windowProblem(layer: KerasLayer): string | undefined {
  const padding = layer.settings.text('padding', 'valid').toLowerCase()
  if (padding !== 'valid' && padding !== 'same') return `has the padding "${padding}"`
  return channelsLast(layer)
}

interface Window {
  readonly kernel: readonly [number, number]
  readonly strides: readonly [number, number]
  readonly dilations?: readonly [number, number]
}

/**
 * Zero padding of a window. "same" gives ⌈size / stride⌉ outputs; of the pixels that are missing for that the
 * smaller half goes before, the larger one behind.
 */
export function paddingOf(layer: KerasLayer, [height, width]: Shape, window: Window): Padding {
  const { kernel, strides, dilations = [1, 1] } = window
  for (const value of [...kernel, ...strides, ...dilations])
    if (!Number.isSafeInteger(value) || value < 1)
      throw kerasError(layer, `kernel, strides and dilations must be positive integers, got ${value}`)
  if (layer.settings.text('padding', 'valid').toLowerCase() === 'valid') return [0, 0, 0, 0]
  const along = (size: number, axis: 0 | 1): [number, number] => {
    const extent = dilations[axis] * (kernel[axis] - 1) + 1
    const missing = Math.max(0, (Math.ceil(size / strides[axis]) - 1) * strides[axis] + extent - size)
    return [missing >> 1, missing - (missing >> 1)]
  }
  return [...along(height!, 0), ...along(width!, 1)]
}
