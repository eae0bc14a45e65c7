import type { GlobalAveragePool, Pool, Subsample } from '../network.js'
import { integers, onlyMap, slide } from './checks.js'
import { layerError, plain } from './definition.js'

export const pool = plain<Pool>((layer, inputs) => {
  const [height, width, channels] = onlyMap(layer, inputs)
  const [top, bottom, left, right] = layer.padding
  if (Math.max(top, bottom) >= layer.kernel[0] || Math.max(left, right) >= layer.kernel[1])
    throw layerError(layer, `padding [${layer.padding}] must be smaller than the kernel [${layer.kernel}]`)
  return [...slide(layer, height, width), channels]
})

export const globalAveragePool = plain<GlobalAveragePool>((layer, inputs) => {
  const [, , channels] = onlyMap(layer, inputs)
  return layer.keepSpatial ? [1, 1, channels] : [channels]
})

export const subsample = plain<Subsample>((layer, inputs) => {
  const [height, width, channels] = onlyMap(layer, inputs)
  integers(layer, 'strides', layer.strides, 1)
  return [Math.ceil(height / layer.strides[0]), Math.ceil(width / layer.strides[1]), channels]
})
