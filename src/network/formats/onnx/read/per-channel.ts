import type { Constant } from './constant.js'
import { channelsOf, describe, isAxis, type Signal } from './signal.js'
import { refuse } from './unsupported.js'

/** Channels that a single value may be repeated for. */
const MOST_CHANNELS = 2 ** 24

/**
 * A constant that an elementwise operator broadcasts over `signal`, as one value a channel (or feature) in Tandem's
 * order. Refuses one that varies along any other axis.
 */
export function perChannel(signal: Signal, constant: Constant): Float64Array {
  const { axes } = signal
  const channels = channelsOf(signal)
  if (channels > MOST_CHANNELS) refuse(`has ${channels} channels, more than can be`)
  if (constant.data.length === 1) return new Float64Array(channels).fill(constant.data[0]!)
  const shift = axes.length - constant.dims.length
  const wide = constant.dims.flatMap((size, index) => (size === 1 ? [] : [index + shift]))
  const [at] = wide
  if (wide.length !== 1 || shift < 0)
    refuse(
      `its constant "${constant.name}" [${constant.dims}] is not one value a channel of ${describe(signal)}`,
    )
  const axis = axes[at!]!
  if (constant.data.length !== channels || axis.size !== channels)
    refuse(`its constant "${constant.name}" [${constant.dims}] does not fit ${describe(signal)}`)
  if (axis.of === 'features') return reordered(constant.data, axis.order!)
  if (!isAxis(signal, at!, 'channels'))
    refuse(
      `its constant "${constant.name}" varies along the ${axis.of}; only one value a channel can be read`,
    )
  return Float64Array.from(constant.data)
}

/** Values in the file's order put into Tandem's. */
export function reordered(values: ArrayLike<number>, order: Int32Array): Float64Array {
  const result = new Float64Array(values.length)
  order.forEach((to, from) => {
    result[to] = values[from]!
  })
  return result
}
