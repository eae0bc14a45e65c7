import type { Conv, Layer, LayerOf, LayerType, Shape } from '../network/index.js'
import type { Atoms } from './atoms.js'

/** What feeds a layer: the atom of each channel, and the shape. */
export interface Feed {
  readonly atoms: Int32Array
  readonly shape: Shape
}

/** Positions of the channels that stay, ascending. */
export interface Kept {
  /** Of each input. */
  readonly inputs: readonly Int32Array[]
  readonly output: Int32Array
  /** How many channels each input had. */
  readonly before: readonly number[]
}

/** How a type of layer treats channels. */
export interface ChannelRule<L extends Layer> {
  /** Atoms of the output's channels; unites and fixes those of the inputs as the layer demands. */
  readonly spread: (layer: L, inputs: readonly Feed[], atoms: Atoms) => Int32Array
  /** The layer without the channels that go; left out where no attribute counts channels. */
  readonly cut?: (layer: L, kept: Kept) => L
}

type Rules = { readonly [T in LayerType]: ChannelRule<LayerOf<T>> }

/** Every channel goes on as it is. */
const keeps = { spread: (_: Layer, inputs: readonly Feed[]) => inputs[0]!.atoms }

/** Channels at one position are one: a sum or a product needs them all, or none. */
const ties = {
  spread(_: Layer, inputs: readonly Feed[], atoms: Atoms) {
    for (const { atoms: other } of inputs.slice(1)) atoms.uniteAll(inputs[0]!.atoms, other)
    return inputs[0]!.atoms
  },
}

const joined = (parts: readonly Int32Array[]): Int32Array => Int32Array.from(parts.flatMap(part => [...part]))

/** One filter, or some, for each channel by itself. */
export const isDepthwise = ({ groups }: Conv, channels: number): boolean => groups > 1 && groups === channels

/**
 * Channel j of every group lives or dies together, so that groups stay equally wide. `channels` are those of all
 * groups, one group after the other.
 */
function tieAcross(channels: Int32Array, groups: number, atoms: Atoms): void {
  const width = channels.length / groups
  for (let i = width; i < channels.length; i++) atoms.unite(channels[i % width]!, channels[i]!)
}

const countIn = (kept: Int32Array, from: number, to: number): number =>
  kept.reduce((count, position) => count + Number(position >= from && position < to), 0)

export const channelRules: Rules = {
  conv: {
    spread(layer, [input], atoms) {
      const { filters, groups } = layer
      const channels = input!.atoms.length
      if (isDepthwise(layer, channels)) {
        const each = filters / channels
        return Int32Array.from({ length: filters }, (_, i) => input!.atoms[Math.floor(i / each)]!)
      }
      const made = atoms.fresh(filters)
      for (const side of groups > 1 ? [input!.atoms, made] : []) tieAcross(side, groups, atoms)
      return made
    },
    cut: (layer, { inputs, output, before }) => ({
      ...layer,
      filters: output.length,
      // Where every channel is a group of its own, as many groups go as channels do.
      groups: isDepthwise(layer, before[0]!) ? inputs[0]!.length : layer.groups,
    }),
  },
  dense: {
    spread: ({ units }, _, atoms) => atoms.fresh(units),
    cut: (layer, { output }) => ({ ...layer, units: output.length }),
  },
  batchNorm: keeps,
  // Its statistics are those of the channels that are left.
  layerNorm: keeps,
  scale: keeps,
  activation: keeps,
  add: ties,
  multiply: ties,
  concat: { spread: (_, inputs) => joined(inputs.map(({ atoms }) => atoms)) },
  pad: keeps,
  pool: keeps,
  globalAveragePool: keeps,
  subsample: keeps,
  resize: keeps,
  sliceChannels: {
    spread: ({ start, count }, [input]) => input!.atoms.slice(start, start + count),
    cut: (layer, { inputs, output }) => ({
      ...layer,
      start: countIn(inputs[0]!, 0, layer.start),
      count: output.length,
    }),
  },
  channelShuffle: {
    spread({ groups }, [input], atoms) {
      const channels = input!.atoms
      tieAcross(channels, groups, atoms)
      const width = channels.length / groups
      return channels.map((_, i) => channels[(i % groups) * width + Math.floor(i / groups)]!)
    },
  },
  padChannels: {
    spread: ({ before, after }, [input], atoms) =>
      joined([atoms.fresh(before), input!.atoms, atoms.fresh(after)]),
    cut(layer, { inputs, output }) {
      const before = countIn(output, 0, layer.before)
      return { ...layer, before, after: output.length - before - inputs[0]!.length }
    },
  },
  quantize: keeps,
  flatten: {
    spread(_, [input]) {
      const { atoms, shape } = input!
      const length = shape.reduce((product, size) => product * size, 1)
      return Int32Array.from({ length }, (_, i) => atoms[i % atoms.length]!)
    },
  },
  dropout: keeps,
  softmax: {
    spread({ name }, [input], atoms) {
      atoms.fix(input!.atoms, `the softmax "${name}" is over them`)
      return input!.atoms
    },
  },
}
