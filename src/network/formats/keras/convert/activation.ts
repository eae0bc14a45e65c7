import { activationOf, appendActivation, type KerasActivation } from '../activations.js'
import { type Converter, needChannelAxis, onlyInput } from '../conversion.js'
import type { KerasLayer } from '../topology.js'

/** A layer that is an activation of its own; `of` gives undefined where Tandem has none like it. */
const activating = (
  of: (layer: KerasLayer, kerasVersion: string) => KerasActivation | undefined,
): Converter => ({
  problem(layer, kerasVersion) {
    if (of(layer, kerasVersion) !== undefined) return undefined
    const { settings } = layer
    const set = ['activation', 'max_value', 'negative_slope', 'threshold'].filter(
      key => settings.raw(key) !== null,
    )
    return `is set to ${set.map(key => `${key} ${JSON.stringify(settings.raw(key))}`).join(', ')}`
  },
  convert: (layer, inputs, conversion) =>
    appendActivation(
      conversion,
      onlyInput(layer, inputs),
      layer.name,
      of(layer, conversion.kerasVersion) ?? 'linear',
    ),
})

export const activation = activating(({ settings }, kerasVersion) =>
  activationOf(settings.raw('activation'), kerasVersion),
)

/** min(max(x, 0), maximum) without threshold; with a slope below 0 only where there is no maximum. */
export const reLU = activating(({ settings }) => {
  const slope = settings.number('negative_slope', 0)
  const maximum = settings.raw('max_value')
  if (settings.number('threshold', 0) !== 0) return undefined
  if (maximum === null) return slope === 0 ? { function: 'relu' } : { function: 'leakyRelu', slope }
  return maximum === 6 && slope === 0 ? { function: 'relu6' } : undefined
})

/** The slope is `alpha` in Keras 2 and tfjs, `negative_slope` in Keras 3. */
export const leakyReLU = activating(({ settings }) => ({
  function: 'leakyRelu',
  slope: settings.number('negative_slope', settings.number('alpha', 0.3)),
}))

export const softmax: Converter = {
  convert(layer, inputs, conversion) {
    const input = onlyInput(layer, inputs)
    needChannelAxis(layer, input, conversion)
    return conversion.net.softmax(input, { name: layer.name })
  },
}

export const dropout: Converter = {
  problem: ({ settings }) =>
    settings.raw('noise_shape') === null ? undefined : 'drops more than single values',
  convert: (layer, inputs, { net }) =>
    net.dropout(onlyInput(layer, inputs), { name: layer.name, rate: layer.settings.number('rate') }),
}
