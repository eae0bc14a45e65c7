import type { Conv } from '../network.js'
import { integers, onlyMap, slide } from './checks.js'
import { type LayerDefinition, layerError } from './definition.js'

/** MACs: out height · out width · filters · kh · kw · in / groups. */
export const conv: LayerDefinition<Conv> = {
  outputShape(layer, inputs) {
    const [height, width, channels] = onlyMap(layer, inputs)
    integers(layer, 'filters', [layer.filters], 1)
    integers(layer, 'groups', [layer.groups], 1)
    for (const [what, size] of [
      ['input channels', channels],
      ['filters', layer.filters],
    ] as const)
      if (size % layer.groups !== 0)
        throw layerError(layer, `${size} ${what} cannot be divided into ${layer.groups} groups`)
    return [...slide(layer, height, width), layer.filters]
  },
  macs(layer, inputs, output) {
    const channels = inputs[0]![2]!
    return (
      output[0]! * output[1]! * layer.filters * layer.kernel[0] * layer.kernel[1] * (channels / layer.groups)
    )
  },
  weights(layer, inputs) {
    const shape = [...layer.kernel, inputs[0]![2]! / layer.groups, layer.filters]
    return [
      { suffix: 'kernel', shape, trainable: true, kind: 'kernel' },
      ...(layer.bias
        ? [{ suffix: 'bias', shape: [layer.filters], trainable: true, kind: 'bias' } as const]
        : []),
    ]
  },
}
