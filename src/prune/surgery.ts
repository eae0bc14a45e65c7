import { NetworkError } from '../errors.js'
import { createNetwork, type Layer, type Network, type Weight, weightSpecs } from '../network/index.js'
import { channelRules } from './channel-rules.js'
import { type ChannelMap, channelsOf } from './channels.js'

/**
 * The network without the channels of `dead` atoms: every layer as wide as what is left, weights cut to it. Exact:
 * what the remaining channels compute from each other is as it was. Needs no weights; a network that has none gives
 * one that has none. `channels` is what `channelsOf` says of this very network.
 * Throws NetworkError, naming the layer, when a layer would be left empty or an atom may not be removed.
 */
export function prune(network: Network, dead: Iterable<number>, channels = channelsOf(network)): Network {
  const kept = keptPositions(network, deadFlags(dead, channels), channels)
  const layers = network.layers.map((layer): Layer => {
    const { cut } = channelRules[layer.type]
    if (cut === undefined) return layer
    const inputs = layer.inputs.map(name => kept.get(name)!)
    const before = layer.inputs.map(name => channels.of.get(name)!.length)
    return cut(layer as never, { inputs, output: kept.get(layer.name)!, before })
  })
  const { name, input } = network
  return createNetwork({ name, input, layers, weights: cutWeights(network, kept) })
}

/** One flag for each atom. Throws NetworkError for an atom that is fixed. */
function deadFlags(dead: Iterable<number>, { atoms, fixed, of }: ChannelMap): Uint8Array {
  const flags = new Uint8Array(atoms)
  for (const atom of dead) {
    const reason = fixed.get(atom)
    if (reason !== undefined) {
      const [layer] = [...of].find(([, found]) => found.includes(atom))!
      throw new NetworkError(`channels of "${layer}" cannot be removed: ${reason}`)
    }
    if (!(atom in flags)) throw new RangeError(`there is no atom ${atom}, only 0 … ${atoms - 1}`)
    flags[atom] = 1
  }
  return flags
}

/** Positions that stay, ascending, by tensor. */
function keptPositions(
  { name: network }: Network,
  dead: Uint8Array,
  { of }: ChannelMap,
): ReadonlyMap<string, Int32Array> {
  const kept = new Map<string, Int32Array>()
  for (const [name, atoms] of of) {
    const stay = new Int32Array(atoms.length)
    let count = 0
    for (let i = 0; i < atoms.length; i++) if (dead[atoms[i]!] === 0) stay[count++] = i
    if (count === 0)
      throw new NetworkError(`layer "${name}" of ${network} would have no channels left; keep some of them`)
    kept.set(name, stay.subarray(0, count))
  }
  return kept
}

function cutWeights(network: Network, kept: ReadonlyMap<string, Int32Array>): Network['weights'] {
  if (Object.keys(network.weights).length === 0) return {}
  const layers = new Map(network.layers.map(layer => [layer.name, layer]))
  const weights = weightSpecs(network).map(({ name, layer }): [string, Weight] => {
    const weight = network.weights[name]!
    return [name, cutWeight(weight, axesOf(layers.get(layer)!, weight, kept))]
  })
  return Object.fromEntries(weights)
}

/** What stays along each axis of a weight; undefined where all of it does. */
function axesOf(
  layer: Layer,
  { shape }: Weight,
  kept: ReadonlyMap<string, Int32Array>,
): readonly (Int32Array | undefined)[] {
  // One step for all channels.
  if (layer.type === 'quantize') return [undefined]
  const output = kept.get(layer.name)!
  const input = kept.get(layer.inputs[0]!)!
  if (shape.length === 1) return [output]
  if (shape.length === 2) return [input, output]
  const [, , inGroup] = shape
  // Of a group's channels the first group's stand for all: every group keeps the same. A single one stays.
  return [undefined, undefined, inGroup === 1 ? undefined : input.filter(at => at < inGroup!), output]
}

/** The part of a weight that stands at the given positions of each axis. */
function cutWeight({ shape, data }: Weight, axes: readonly (Int32Array | undefined)[]): Weight {
  const positions = axes.map((axis, i) => axis ?? Int32Array.from({ length: shape[i]! }, (_, at) => at))
  if (positions.every((axis, i) => axis.length === shape[i])) return { shape, data }
  let offsets = Int32Array.of(0)
  for (const [i, axis] of positions.entries()) {
    const longer = new Int32Array(offsets.length * axis.length)
    let at = 0
    for (const offset of offsets) for (const position of axis) longer[at++] = offset * shape[i]! + position
    offsets = longer
  }
  return { shape: positions.map(axis => axis.length), data: Float32Array.from(offsets, at => data[at]!) }
}
