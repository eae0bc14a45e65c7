import { createNetwork, type LayerType, type Network } from '../network/index.js'

/** Layers through which signs go as they are, or nearly so. */
const TRANSPARENT: ReadonlySet<LayerType> = new Set<LayerType>([
  ...[
    'pool',
    'pad',
    'subsample',
    'channelShuffle',
    'sliceChannels',
    'concat',
    'flatten',
    'dropout',
    'globalAveragePool',
  ],
] as LayerType[])

/**
 * The network without the activations whose output the named layers read, directly or through pooling and the like: their
 * signs would all be those of a ReLU, 1. Whatever else read them, a shortcut, reads what was before them.
 */
export function withoutActivations(network: Network, readers: readonly string[]): Network {
  const byName = new Map(network.layers.map(layer => [layer.name, layer]))
  const gone = new Set<string>()
  const follow = (name: string): void => {
    const layer = byName.get(name)
    if (layer === undefined) return
    if (layer.type === 'activation') gone.add(name)
    if (layer.type === 'activation' || TRANSPARENT.has(layer.type))
      for (const input of layer.inputs) follow(input)
  }
  for (const reader of readers) follow(byName.get(reader)!.inputs[0]!)
  const source = (name: string): string => (gone.has(name) ? source(byName.get(name)!.inputs[0]!) : name)
  return createNetwork({
    ...network,
    layers: network.layers
      .filter(({ name }) => !gone.has(name))
      .map(layer => ({ ...layer, inputs: layer.inputs.map(source) })),
  })
}
