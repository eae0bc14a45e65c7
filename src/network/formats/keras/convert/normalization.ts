import { type Conversion, type Converter, kerasError, needChannelAxis, onlyInput } from '../conversion.js'
import type { KerasLayer } from '../topology.js'

/** The layer's weight, or `fill` in every channel where the layer is set not to have it. */
function optional(
  layer: KerasLayer,
  has: string,
  name: string,
  channels: number,
  fill: number,
  { take }: Conversion,
) {
  return layer.settings.flag(has, true)
    ? take(layer, [name], [channels])
    : new Float32Array(channels).fill(fill)
}

export const batchNormalization: Converter = {
  convert(layer, inputs, conversion) {
    const { net, take, put } = conversion
    const input = onlyInput(layer, inputs)
    needChannelAxis(layer, input, conversion)
    const channels = net.shape(input).at(-1)!
    const name = net.batchNorm(input, {
      name: layer.name,
      epsilon: layer.settings.number('epsilon', 1e-3),
      momentum: layer.settings.number('momentum', 0.99),
    })
    put(name, 'gamma', [channels], optional(layer, 'scale', 'gamma', channels, 1, conversion))
    put(name, 'beta', [channels], optional(layer, 'center', 'beta', channels, 0, conversion))
    put(name, 'mean', [channels], take(layer, ['moving_mean'], [channels]))
    put(name, 'variance', [channels], take(layer, ['moving_variance'], [channels]))
    return name
  },
}

export const layerNormalization: Converter = {
  convert(layer, inputs, conversion) {
    const { net, put } = conversion
    const input = onlyInput(layer, inputs)
    needChannelAxis(layer, input, conversion)
    const channels = net.shape(input).at(-1)!
    const name = net.layerNorm(input, { name: layer.name, epsilon: layer.settings.number('epsilon', 1e-3) })
    put(name, 'gamma', [channels], optional(layer, 'scale', 'gamma', channels, 1, conversion))
    put(name, 'beta', [channels], optional(layer, 'center', 'beta', channels, 0, conversion))
    return name
  },
}

/** y = gamma · x + beta, per channel; one value of either is for all channels. */
function appendScale(
  layer: KerasLayer,
  input: string,
  [gamma, beta]: readonly [ArrayLike<number>, ArrayLike<number>],
  { net, put }: Conversion,
): string {
  const channels = net.shape(input).at(-1)!
  const name = net.scale(input, { name: layer.name, shift: true })
  for (const [suffix, values] of [
    ['gamma', gamma],
    ['beta', beta],
  ] as const) {
    if (values.length !== 1 && values.length !== channels)
      throw kerasError(layer, `has ${values.length} values for ${channels} channels`)
    put(
      name,
      suffix,
      [channels],
      Float32Array.from({ length: channels }, (_, i) => values[i % values.length]!),
    )
  }
  return name
}

export const rescaling: Converter = {
  convert(layer, inputs, conversion) {
    const { settings } = layer
    const offset = settings.raw('offset') === null ? [0] : settings.numbers('offset')
    return appendScale(layer, onlyInput(layer, inputs), [settings.numbers('scale'), offset], conversion)
  },
}

/** (x − mean) / max(√variance, 1e-7), with the statistics in its settings or in its weights. */
export const normalization: Converter = {
  problem: ({ settings }) => (settings.flag('invert', false) ? 'is inverted' : undefined),
  convert(layer, inputs, conversion) {
    const input = onlyInput(layer, inputs)
    needChannelAxis(layer, input, conversion)
    const channels = conversion.net.shape(input).at(-1)!
    const statistic = (name: string) =>
      layer.settings.raw(name) === null
        ? conversion.take(layer, [name], [channels])
        : Float32Array.from(layer.settings.numbers(name))
    const mean = statistic('mean')
    const gamma = statistic('variance').map(variance => 1 / Math.max(Math.sqrt(variance), 1e-7))
    const beta = mean.map((value, i) => -value * gamma[i]!)
    return appendScale(layer, input, [gamma, beta], conversion)
  },
}
