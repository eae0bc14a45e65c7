import { createNetwork } from '../../../create-network.js'
import type { Layer, Network, Weight } from '../../../network.js'
import type { Draft } from './draft.js'
import { layerNames } from './names.js'

/** The layers that the output needs, under names of their own, as a checked network. */
export function finish(draft: Draft, name: string, ours: boolean): Network {
  const wanted = new Set([draft.output])
  for (const layer of [...draft.layers.values()].reverse())
    if (wanted.has(layer.name)) for (const input of layer.inputs) wanted.add(input)
    else draft.layers.delete(layer.name)
  const names = layerNames(draft, ours)
  const named = (old: string) => names.get(old) ?? old
  const layers = [...draft.layers.values()].map(
    layer => ({ ...layer, name: named(layer.name), inputs: layer.inputs.map(named) }) as Layer,
  )
  const weights = [...draft.weights].flatMap(([key, weight]): [string, Weight][] => {
    const at = key.lastIndexOf('/')
    const layer = names.get(key.slice(0, at))
    return layer === undefined ? [] : [[`${layer}${key.slice(at)}`, weight]]
  })
  return createNetwork({ name, input: draft.input, layers, weights: Object.fromEntries(weights) })
}
