import type { ChannelShuffle, Flatten, PadChannels, SliceChannels } from '../network.js'
import { integers, onlyInput, onlyMap } from './checks.js'
import { layerError, plain } from './definition.js'

export const padChannels = plain<PadChannels>((layer, inputs) => {
  const shape = onlyInput(layer, inputs)
  integers(layer, 'before', [layer.before], 0)
  integers(layer, 'after', [layer.after], 0)
  return [...shape.slice(0, -1), layer.before + shape.at(-1)! + layer.after]
})

export const sliceChannels = plain<SliceChannels>((layer, inputs) => {
  const shape = onlyInput(layer, inputs)
  integers(layer, 'start', [layer.start], 0)
  integers(layer, 'count', [layer.count], 1)
  const channels = shape.at(-1)!
  if (layer.start + layer.count > channels)
    throw layerError(
      layer,
      `takes channels ${layer.start} to ${layer.start + layer.count - 1} of ${channels}; they are numbered from 0`,
    )
  return [...shape.slice(0, -1), layer.count]
})

export const channelShuffle = plain<ChannelShuffle>((layer, inputs) => {
  const shape = onlyMap(layer, inputs)
  integers(layer, 'groups', [layer.groups], 1)
  if (shape[2] % layer.groups !== 0)
    throw layerError(layer, `${shape[2]} channels cannot be divided into ${layer.groups} groups`)
  return shape
})

/** Row-major over [height, width, channels]: index = (y · width + x) · channels + c. */
export const flatten = plain<Flatten>((layer, inputs) => [
  onlyInput(layer, inputs).reduce((product, size) => product * size, 1),
])
