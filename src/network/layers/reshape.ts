import type { Flatten, PadChannels } from '../network.js'
import { integers, onlyInput } from './checks.js'
import { plain } from './definition.js'

export const padChannels = plain<PadChannels>((layer, inputs) => {
  const shape = onlyInput(layer, inputs)
  integers(layer, 'before', [layer.before], 0)
  integers(layer, 'after', [layer.after], 0)
  return [...shape.slice(0, -1), layer.before + shape.at(-1)! + layer.after]
})

/** Row-major over [height, width, channels]: index = (y · width + x) · channels + c. */
export const flatten = plain<Flatten>((layer, inputs) => [
  onlyInput(layer, inputs).reduce((product, size) => product * size, 1),
])
