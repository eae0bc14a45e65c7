import type { GlobalAveragePool, Pad, Pool, Resize, Subsample } from '../network.js'
import { integers, onlyMap, slide } from './checks.js'
import { layerError, plain } from './definition.js'

export const pad = plain<Pad>((layer, inputs) => {
  const [height, width, channels] = onlyMap(layer, inputs)
  integers(layer, 'padding', layer.padding, 0)
  const [top, bottom, left, right] = layer.padding
  return [top + height + bottom, left + width + right, channels]
})

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

export const resize = plain<Resize>((layer, inputs) => {
  const [, , channels] = onlyMap(layer, inputs)
  integers(layer, 'size', layer.size, 1)
  if (layer.mode !== 'nearest' && layer.mode !== 'bilinear')
    throw layerError(layer, `unknown mode "${layer.mode}"; use nearest or bilinear`)
  if (layer.mode === 'nearest' && layer.alignCorners)
    throw layerError(layer, 'alignCorners goes with bilinear only')
  return [...layer.size, channels]
})
