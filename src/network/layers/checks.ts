import type { Layer, Padding, Shape } from '../network.js'
import { formatShape, layerError } from './definition.js'

/** The layer's only input. */
export function onlyInput(layer: Layer, inputs: readonly Shape[]): Shape {
  if (inputs.length !== 1) throw layerError(layer, `takes exactly one input, got ${inputs.length}`)
  return inputs[0]!
}

/** The layer's only input, which must be a feature map [height, width, channels]. */
export function onlyMap(layer: Layer, inputs: readonly Shape[]): readonly [number, number, number] {
  const shape = onlyInput(layer, inputs)
  if (shape.length !== 3)
    throw layerError(layer, `needs a [height, width, channels] input, got ${formatShape(shape)}`)
  return shape as unknown as readonly [number, number, number]
}

export function atLeastInputs(layer: Layer, inputs: readonly Shape[], least: number): void {
  if (inputs.length < least)
    throw layerError(layer, `takes at least ${least} input${least > 1 ? 's' : ''}, got ${inputs.length}`)
}

/** Every value must be an integer of at least `least`; `what` names the attribute in the message. */
export function integers(layer: Layer, what: string, values: readonly number[], least: number): void {
  for (const value of values)
    if (!Number.isSafeInteger(value) || value < least)
      throw layerError(layer, `${what} must be an integer ≥ ${least}, got ${value}`)
}

interface Window {
  readonly kernel: readonly [number, number]
  readonly strides: readonly [number, number]
  readonly padding: Padding
  readonly dilations?: readonly [number, number]
}

/**
 * Height and width after a window slid over the padded map:
 * ⌊(size + padding − dilation·(kernel − 1) − 1) / stride⌋ + 1.
 */
export function slide(layer: Layer & Window, height: number, width: number): [number, number] {
  const { kernel, strides, padding, dilations = [1, 1] } = layer
  integers(layer, 'kernel', kernel, 1)
  integers(layer, 'strides', strides, 1)
  integers(layer, 'dilations', dilations, 1)
  integers(layer, 'padding', padding, 0)
  const [top, bottom, left, right] = padding
  const along = (what: string, size: number, pad: number, axis: 0 | 1) => {
    const extent = dilations[axis] * (kernel[axis] - 1) + 1
    if (size + pad < extent)
      throw layerError(
        layer,
        `its window spans ${extent} pixels but the padded ${what} is ${size + pad}; pad more or stride less before it`,
      )
    return Math.floor((size + pad - extent) / strides[axis]) + 1
  }
  return [along('height', height, top + bottom, 0), along('width', width, left + right, 1)]
}
