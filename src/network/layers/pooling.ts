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

const RESIZE_MODES: readonly Resize['mode'][] = ['nearest', 'bilinear', 'midpoint']

export const resize = plain<Resize>((layer, inputs) => {
  const [height, width, channels] = onlyMap(layer, inputs)
  const { size, mode, alignCorners } = layer
  integers(layer, 'size', size, 1)
  if (!RESIZE_MODES.includes(mode))
    throw layerError(layer, `unknown mode "${mode}"; use one of ${RESIZE_MODES.join(', ')}`)
  if (mode !== 'bilinear' && alignCorners) throw layerError(layer, 'alignCorners goes with bilinear only')
  if (mode === 'midpoint' && (Math.ceil(size[0] / 2) !== height || Math.ceil(size[1] / 2) !== width))
    throw layerError(
      layer,
      `midpoint makes of ${height} × ${width} twice that or one less, not ${size.join(' × ')}; use bilinear`,
    )
  return [...layer.size, channels]
})
