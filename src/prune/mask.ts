import { createNetwork, inferShapes, type Layer, type Network, type Weight } from '../network/index.js'
import { type ChannelMap, channelsOf } from './channels.js'
import { isMixing } from './groups.js'

/**
 * The kernels that read `dead` channels, with the slices that do so set to zero: whatever those channels then hold,
 * no convolution and no dense layer depends on it. By name of the weight, those alone that change.
 */
export function maskedKernels(
  network: Network,
  dead: Iterable<number>,
  channels: ChannelMap,
): ReadonlyMap<string, Weight> {
  const flags = flagsOf(dead, channels)
  const masked = new Map<string, Weight>()
  for (const [name, atoms] of readersOf(network, channels))
    if (atoms.some(atom => flags[atom] === 1))
      masked.set(name, withoutInputs(network.weights[name]!, atoms, flags))
  return masked
}

/** Kernels that mix channels, each with the atoms along its last but one axis, which counts a group's inputs. */
export function readersOf({ layers }: Network, { of }: ChannelMap): ReadonlyMap<string, Int32Array> {
  return new Map(
    layers.flatMap(layer => {
      const input = of.get(layer.inputs[0]!)!
      if (!isMixing(layer, input.length)) return []
      const groups = layer.type === 'conv' ? layer.groups : 1
      return [[`${layer.name}/kernel`, input.subarray(0, input.length / groups)] as const]
    }),
  )
}

/** Whether zeroed kernels alone make a network compute what `prune` leaves, whatever is pruned. */
export const masksExactly = ({ layers }: Network, { of, fixed }: ChannelMap): boolean =>
  layers.every(({ type, name }) => type !== 'layerNorm' || of.get(name)!.every(atom => fixed.has(atom)))

/**
 * A network with inputs and outputs of the same shapes that does not use the channels of `dead` atoms: it computes
 * what `prune` leaves. A layer normalization gets the channels that stay picked out before it, and spread again
 * after it, as its statistics are theirs.
 */
export function mask(network: Network, dead: Iterable<number>, channels = channelsOf(network)): Network {
  const weights: Record<string, Weight> = {
    ...network.weights,
    ...Object.fromEntries(maskedKernels(network, dead, channels)),
  }
  const flags = flagsOf(dead, channels)
  const shapes = inferShapes(network)
  const layers = network.layers.flatMap(layer => {
    const atoms = channels.of.get(layer.name)!
    if (layer.type !== 'layerNorm' || !atoms.some(atom => flags[atom] === 1)) return [layer]
    const kept = [...atoms.keys()].filter(position => flags[atoms[position]!] === 0)
    const map = shapes.get(layer.name)!.length === 3
    return narrowedNorm(layer, kept, { channels: atoms.length, map }, weights)
  })
  return createNetwork({ ...network, layers, weights })
}

/** Selection, normalization of what is selected, and its return to where it was; `weights` are changed to match. */
function narrowedNorm(
  layer: Layer,
  kept: readonly number[],
  { channels, map }: { readonly channels: number; readonly map: boolean },
  weights: Record<string, Weight>,
): readonly Layer[] {
  const { name } = layer
  const [select, narrow] = [`${name}/select`, `${name}/narrow`]
  for (const part of ['gamma', 'beta']) {
    const { data } = weights[`${name}/${part}`]!
    delete weights[`${name}/${part}`]
    weights[`${narrow}/${part}`] = { shape: [kept.length], data: Float32Array.from(kept, i => data[i]!) }
  }
  const matrix = (rows: number, columns: number, one: (i: number) => number): Weight => {
    const data = new Float32Array(rows * columns)
    for (const i of kept.keys()) data[one(i)] = 1
    return { shape: map ? [1, 1, rows, columns] : [rows, columns], data }
  }
  weights[`${select}/kernel`] = matrix(channels, kept.length, i => kept[i]! * kept.length + i)
  weights[`${name}/kernel`] = matrix(kept.length, channels, i => i * channels + kept[i]!)
  return [
    linear(select, layer.inputs, kept.length, map),
    { ...layer, name: narrow, inputs: [select] },
    linear(name, [narrow], channels, map),
  ]
}

const linear = (name: string, inputs: readonly string[], outputs: number, map: boolean): Layer =>
  map
    ? {
        ...{ type: 'conv', name, inputs, filters: outputs, kernel: [1, 1], strides: [1, 1] },
        ...{ padding: [0, 0, 0, 0], dilations: [1, 1], groups: 1, bias: false },
      }
    : { type: 'dense', name, inputs, units: outputs, bias: false }

const flagsOf = (dead: Iterable<number>, { atoms }: ChannelMap): Uint8Array => {
  const flags = new Uint8Array(atoms)
  for (const atom of dead) flags[atom] = 1
  return flags
}

/** Rows of the kernel's last but one axis set to zero where they are dead. */
function withoutInputs({ shape, data }: Weight, atoms: Int32Array, dead: Uint8Array): Weight {
  const outputs = shape.at(-1)!
  const masked = data.slice()
  for (let row = 0; row * outputs < masked.length; row++)
    if (dead[atoms[row % atoms.length]!] === 1) masked.fill(0, row * outputs, (row + 1) * outputs)
  return { shape, data: masked }
}
