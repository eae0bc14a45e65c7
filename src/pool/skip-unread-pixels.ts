import { createNetwork, type Layer, type Network } from '../network/index.js'
import { readersOf } from './placement.js'

/**
 * The network without the interpolations of which nothing but the kept pixels is read: where all readers are
 * convolutions of one pixel, without padding and of even strides, or strided samples of even strides, they read the
 * pooled map itself at half the strides. Computes the same. A pointwise convolution that is pooled behind another
 * pooled one saves the interpolation between them so. Apply it last: `pooledConvolutions` no longer finds the first one.
 */
export function skipUnreadPixels(network: Network): Network {
  const readers = readersOf(network)
  const skipped = new Map(
    network.layers
      .filter(layer => layer.type === 'resize' && layer.mode === 'midpoint')
      .filter(({ name }) => readers.get(name)!.every(readsEvenPixelsOnly))
      .map(({ name, inputs }) => [name, inputs[0]!]),
  )
  const layers = network.layers
    .filter(({ name }) => !skipped.has(name))
    .map((layer): Layer => {
      const input = skipped.get(layer.inputs[0]!)
      if (input === undefined || !hasStrides(layer)) return layer
      return { ...layer, inputs: [input], strides: [layer.strides[0] / 2, layer.strides[1] / 2] }
    })
  const { name, input, weights } = network
  return createNetwork({ name, input, layers, weights })
}

const hasStrides = (layer: Layer) => layer.type === 'conv' || layer.type === 'subsample'

function readsEvenPixelsOnly(layer: Layer | undefined): boolean {
  if (layer === undefined || !hasStrides(layer) || layer.strides.some(stride => stride % 2 === 1))
    return false
  return (
    layer.type === 'subsample' ||
    (layer.kernel.every(size => size === 1) && layer.padding.every(size => size === 0))
  )
}
