import { scalarOf } from '../constant.js'
import { float, ints, text } from '../node.js'
import { type Converter, layer, optional, type Scope, signal } from '../scope.js'
import { axisIndex, channelsOf, describe, isAxis, type Signal, withChannels, withSpatial } from '../signal.js'
import { refuse } from '../unsupported.js'

/** Zeros: around a map (`pad`), or as channels (`padChannels`). Negative padding of channels takes them away. */
export const pad: Converter = scope => {
  const x = signal(scope)
  const rank = x.axes.length
  const listed = optional(scope, 1, 'pads')
  const pads =
    ints(scope.node, 'pads') ?? (listed && Array.from(listed.data)) ?? refuse('its pads are missing')
  const onto = optional(scope, 3, 'axes')
  const axes = onto ? Array.from(onto.data, axis => axisIndex(axis, rank)) : x.axes.map((_, axis) => axis)
  if (pads.length !== 2 * axes.length) refuse(`has ${pads.length} pads for ${axes.length} axes`)
  if (pads.every(size => size === 0)) return x
  const value = scalarOf(optional(scope, 2, 'value')) ?? float(scope.node, 'value', 0)
  const mode = text(scope.node, 'mode') ?? 'constant'
  if (mode !== 'constant') refuse(`pads by mode "${mode}"; only zeros can be read`)
  if (value !== 0) refuse(`pads with ${value}; only zeros can be read`)
  const padding: [number, number, number, number] = [0, 0, 0, 0]
  let result = x
  for (const [index, axis] of axes.entries()) {
    const [before, after] = [pads[index]!, pads[index + axes.length]!]
    if (before === 0 && after === 0) continue
    const side = isAxis(x, axis, 'height') ? 0 : isAxis(x, axis, 'width') ? 2 : undefined
    if (isAxis(x, axis, 'channels')) result = channelsPadded(scope, result, axis, before, after)
    else if (side !== undefined && before >= 0 && after >= 0 && x.shape.length === 3)
      padding.splice(side, 2, before, after)
    else refuse(`pads axis ${axis} of ${describe(x)} by ${before} and ${after}; no layer does`)
  }
  if (padding.every(size => size === 0)) return result
  const made = layer(scope, 'pad', [result], { padding })
  return withSpatial(result, made.layer, made.shape, scope.batch)
}

function channelsPadded(scope: Scope, x: Signal, axis: number, before: number, after: number): Signal {
  let result = x
  if (before < 0 || after < 0) {
    const count = channelsOf(x) + Math.min(before, 0) + Math.min(after, 0)
    const made = layer(scope, 'sliceChannels', [x], { start: Math.max(-before, 0), count })
    result = withChannels(x, made.layer, made.shape, axis)
  }
  if (before <= 0 && after <= 0) return result
  const zeros = { before: Math.max(before, 0), after: Math.max(after, 0) }
  const made = layer(scope, 'padChannels', [result], zeros)
  return withChannels(result, made.layer, made.shape, axis)
}
