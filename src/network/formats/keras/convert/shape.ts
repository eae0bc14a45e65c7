import type { Padding } from '../../../network.js'
import { type Converter, channelsLast, kerasError, onlyInput, onlyMap } from '../conversion.js'
import type { KerasLayer } from '../topology.js'

const volume = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1)

/** `padding` is one number, [vertical, horizontal], or [[top, bottom], [left, right]]. */
function sidesOf({ settings }: KerasLayer): Padding | undefined {
  const values = settings.numbers('padding')
  if (values.length === 1) return [values[0]!, values[0]!, values[0]!, values[0]!]
  if (values.length === 2) return [values[0]!, values[0]!, values[1]!, values[1]!]
  return values.length === 4 ? (values as unknown as Padding) : undefined
}

export const zeroPadding2d: Converter = {
  problem: layer =>
    sidesOf(layer) ? channelsLast(layer) : `has the padding ${JSON.stringify(layer.settings.raw('padding'))}`,
  convert: (layer, inputs, { net }) =>
    net.pad(onlyInput(layer, inputs), { name: layer.name, padding: sidesOf(layer)! }),
}

/** Row-major over [height, width, channels], as in Tandem. */
export const flatten: Converter = {
  problem: channelsLast,
  convert(layer, inputs, { net }) {
    const input = onlyInput(layer, inputs)
    return net.shape(input).length === 1 ? input : net.flatten(input, { name: layer.name })
  },
}

/** The target of a Reshape with −1 filled in for an input of `values` values. */
export function targetShape(layer: KerasLayer, values: number): readonly number[] {
  const target = layer.settings.numbers('target_shape')
  const known = volume(target.filter(size => size !== -1))
  const shape = target.map(size => (size === -1 ? values / known : size))
  if (volume(shape) !== values || !shape.every(size => Number.isSafeInteger(size) && size > 0))
    throw kerasError(layer, `cannot make [${target}] of ${values} values`)
  return shape
}

/** Into a vector; a vector into a map of one pixel, which stays a vector here; or what changes nothing. */
export const reshape: Converter = {
  convert(layer, inputs, { net }) {
    const input = onlyInput(layer, inputs)
    const shape = net.shape(input)
    const target = targetShape(layer, volume(shape))
    if (`${target}` === `${shape}`) return input
    if (target.length === 1) return net.flatten(input, { name: layer.name })
    if (`${target}` === `1,1,${shape}`) return input
    throw kerasError(
      layer,
      `reshapes [${shape}] to [${target}]; only to a vector and to [1, 1, channels] can be read`,
    )
  },
}

export const upSampling2d: Converter = {
  problem(layer, kerasVersion) {
    const interpolation = layer.settings.text('interpolation', 'nearest')
    if (interpolation !== 'nearest' && interpolation !== 'bilinear')
      return `has the interpolation "${interpolation}"`
    if (interpolation === 'bilinear' && kerasVersion.startsWith('tfjs'))
      return 'is bilinear as tfjs computes it, without centring pixels; use nearest'
    return channelsLast(layer)
  },
  convert(layer, inputs, conversion) {
    const [input, [height, width]] = onlyMap(layer, inputs, conversion)
    const [vertical, horizontal] = layer.settings.pair('size', 2)
    return conversion.net.resize(input, {
      name: layer.name,
      size: [height * vertical, width * horizontal],
      mode: layer.settings.text('interpolation', 'nearest') === 'bilinear' ? 'bilinear' : 'nearest',
    })
  },
}
