import type { Layer, Network } from '../network/index.js'
import { isDepthwise } from './channel-rules.js'
import type { ChannelMap } from './channels.js'

/** Atoms that the same layers write, pass on and read. Plain data. */
export interface Group {
  /** The layer that is the first to write them, or the network's input. */
  readonly name: string
  readonly atoms: readonly number[]
  /** Channels of that layer's output that one atom stands for. */
  readonly channels: number
  /** Layers that make these channels. */
  readonly writers: readonly string[]
  /** Layers that the channels pass through, one by one. */
  readonly through: readonly string[]
  /** Layers that mix them with others. */
  readonly readers: readonly string[]
  /** Why they cannot be pruned. */
  readonly fixed?: string
}

type Role = 'writers' | 'through' | 'readers'

/** Whether a layer makes output channels of its own, out of all that it reads. */
export function isMixing(layer: Layer, channels: number): boolean {
  return layer.type === 'dense' || (layer.type === 'conv' && !isDepthwise(layer, channels))
}

/** The groups of a network, in the order in which they are first written. */
export function groupsOf({ input, layers }: Network, channels: ChannelMap): readonly Group[] {
  const { of, fixed } = channels
  const parts = Array.from({ length: channels.atoms }, () => ({
    writers: [] as number[],
    through: [] as number[],
    readers: [] as number[],
    count: 0,
  }))
  const names = [input.name, ...layers.map(({ name }) => name)]
  /** `layer`: its place among `names`. */
  const note = (layer: number, atoms: Int32Array, role: Role) => {
    for (const atom of atoms) {
      const part = parts[atom]!
      if (part[role].at(-1) !== layer) part[role].push(layer)
      if (role === 'writers' && part.writers[0] === layer) part.count++
    }
  }
  note(0, of.get(input.name)!, 'writers')
  for (const [i, layer] of layers.entries()) {
    const place = i + 1
    const read = of.get(layer.inputs[0]!)!
    const own = of.get(layer.name)!
    const mixing = isMixing(layer, read.length)
    if (mixing) note(place, read, 'readers')
    if (layer.type !== 'padChannels') {
      note(place, own, mixing ? 'writers' : 'through')
      continue
    }
    const end = own.length - layer.after
    note(place, Int32Array.from([...own.subarray(0, layer.before), ...own.subarray(end)]), 'writers')
    note(place, own.subarray(layer.before, end), 'through')
  }
  const groups = new Map<string, number[]>()
  for (const [atom, { writers, through, readers, count }] of parts.entries()) {
    const key = [writers.join(), through.join(), readers.join(), count, fixed.get(atom)].join(';')
    const known = groups.get(key)
    if (known) known.push(atom)
    else groups.set(key, [atom])
  }
  const named = (places: readonly number[]) => places.map(place => names[place]!)
  return [...groups.values()].map(atoms => {
    const { writers, through, readers, count } = parts[atoms[0]!]!
    const reason = fixed.get(atoms[0]!)
    return Object.freeze({
      name: names[writers[0]!]!,
      atoms,
      channels: count,
      writers: named(writers),
      through: named(through),
      readers: named(readers),
      ...(reason !== undefined && { fixed: reason }),
    })
  })
}
