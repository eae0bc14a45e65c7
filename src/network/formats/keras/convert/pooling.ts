import { type Converter, channelsLast, onlyInput, onlyMap } from '../conversion.js'
import type { KerasLayer } from '../topology.js'
import { paddingOf, windowProblem } from './window.js'

const pooling = (of: 'max' | 'average'): Converter => ({
  problem: windowProblem,
  convert(layer, inputs, conversion) {
    const [input, shape] = onlyMap(layer, inputs, conversion)
    const kernel = layer.settings.pair('pool_size', 2)
    const strides = layer.settings.pair('strides', kernel)
    const padding = paddingOf(layer, shape, { kernel, strides })
    return conversion.net.pool(input, { name: layer.name, function: of, kernel, strides, padding })
  },
})

export const maxPooling2d = pooling('max')
export const averagePooling2d = pooling('average')

/** Whether the layer makes a map of one pixel of a vector. */
export const isToMap = ({ className, settings }: KerasLayer): boolean =>
  className === 'Reshape' && settings.numbers('target_shape').length === 3

/** A map of one pixel also where all that reads it would reshape it into one. */
export const globalAveragePooling2d: Converter = {
  problem: channelsLast,
  convert(layer, inputs, { net, readers }) {
    const input = onlyInput(layer, inputs)
    if (net.shape(input).length === 1) return input
    const reading = readers(layer)
    const keepSpatial =
      layer.settings.flag('keepdims', false) || (reading.length > 0 && reading.every(isToMap))
    return net.globalAveragePool(input, { name: layer.name, keepSpatial })
  },
}

export const globalMaxPooling2d: Converter = {
  problem: channelsLast,
  convert(layer, inputs, conversion) {
    const [input, [height, width]] = onlyMap(layer, inputs, conversion)
    const kernel = [height, width] as const
    const { net } = conversion
    if (layer.settings.flag('keepdims', false)) return net.pool(input, { name: layer.name, kernel })
    return net.flatten(net.pool(input, { name: `${layer.name}:map`, kernel }), { name: layer.name })
  },
}
