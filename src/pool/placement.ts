import type { Activation, BatchNorm, Conv, Layer, Network, Scale } from '../network/index.js'

/** A layer that treats every value of a channel alike, wherever it stands. */
export type PerChannel = BatchNorm | Scale | Activation

const isPerChannel = (layer: Layer): layer is PerChannel =>
  layer.type === 'batchNorm' || layer.type === 'scale' || layer.type === 'activation'

/** A convolution and where its output is interpolated once it is pooled. */
export interface Placement {
  readonly conv: Conv
  /** The layers after the convolution that are computed before the interpolation, in order. */
  readonly after: readonly PerChannel[]
  /** The layer whose output is interpolated: the last of `after`, or the convolution. */
  readonly end: string
  /** The layers that read it, unless it is the network's output. */
  readonly readers: readonly Layer[]
}

/** The layers that read each value, by its name; the network's output has one reader more, undefined. */
export type Readers = ReadonlyMap<string, readonly (Layer | undefined)[]>

export function readersOf({ layers }: Network): Readers {
  const readers = new Map<string, (Layer | undefined)[]>([[layers.at(-1)!.name, [undefined]]])
  for (const layer of layers)
    for (const input of new Set(layer.inputs)) readers.set(input, [...(readers.get(input) ?? []), layer])
  return readers
}

/**
 * Where a convolution's output is to be interpolated: after the batch normalizations, scales and activations that
 * follow it, as late as nothing else reads what lies between. So it is behind the activation, and before an addition.
 */
export function placementOf(conv: Conv, readers: Readers): Placement {
  const after: PerChannel[] = []
  let end = conv.name
  for (;;) {
    const [only, ...others] = readers.get(end)!
    if (!only || others.length > 0 || !isPerChannel(only)) break
    after.push(only)
    end = only.name
  }
  const reading = readers.get(end)!.filter(layer => layer !== undefined)
  return { conv, after, end, readers: reading }
}
