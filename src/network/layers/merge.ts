import type { Add, Concat, Multiply, Shape } from '../network.js'
import { atLeastInputs } from './checks.js'
import { formatShape, layerError, plain } from './definition.js'

const equal = (a: Shape, b: Shape) => a.length === b.length && a.every((size, axis) => size === b[axis])

export const add = plain<Add>((layer, inputs) => {
  atLeastInputs(layer, inputs, 2)
  if (!inputs.every(shape => equal(shape, inputs[0]!)))
    throw layerError(layer, `adds inputs of unequal shapes: ${describe(layer.inputs, inputs)}`)
  return inputs[0]!
})

export const multiply = plain<Multiply>((layer, inputs) => {
  atLeastInputs(layer, inputs, 2)
  const volume = (shape: Shape) => shape.reduce((product, size) => product * size, shape.length)
  const largest = inputs.reduce((best, shape) => (volume(shape) > volume(best) ? shape : best))
  const channels = largest.at(-1)!
  const scale = (shape: Shape) => shape.at(-1) === channels && shape.slice(0, -1).every(size => size === 1)
  if (!inputs.every(shape => equal(shape, largest) || scale(shape)))
    throw layerError(
      layer,
      `cannot multiply ${describe(layer.inputs, inputs)}; shapes must be equal, [1, 1, channels] or [channels]`,
    )
  return largest
})

export const concat = plain<Concat>((layer, inputs) => {
  atLeastInputs(layer, inputs, 1)
  const place = inputs[0]!.slice(0, -1)
  if (!inputs.every(shape => equal(shape.slice(0, -1), place)))
    throw layerError(
      layer,
      `cannot join ${describe(layer.inputs, inputs)}; all but the channels must be equal`,
    )
  return [...place, inputs.reduce((sum, shape) => sum + shape.at(-1)!, 0)]
})

const describe = (names: readonly string[], shapes: readonly Shape[]) =>
  shapes.map((shape, index) => `"${names[index]}" ${formatShape(shape)}`).join(', ')
