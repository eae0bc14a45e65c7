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
    writers: [] as string[],
    through: [] as string[],
    readers: [] as string[],
    count: 0,
  }))
  const note = (name: string, atoms: Int32Array, role: Role) => {
    for (const atom of atoms) {
      const part = parts[atom]!
      if (part[role].at(-1) !== name) part[role].push(name)
      if (role === 'writers' && part.writers[0] === name) part.count++
    }
  }
  note(input.name, of.get(input.name)!, 'writers')
  for (const layer of layers) {
    const mixing = isMixing(layer, of.get(layer.inputs[0]!)!.length)
    if (mixing) note(layer.name, of.get(layer.inputs[0]!)!, 'readers')
    const own = of.get(layer.name)!
    if (layer.type !== 'padChannels') {
      note(layer.name, own, mixing ? 'writers' : 'through')
      continue
    }
    const end = own.length - layer.after
    note(layer.name, Int32Array.from([...own.subarray(0, layer.before), ...own.subarray(end)]), 'writers')
    note(layer.name, own.subarray(layer.before, end), 'through')
  }
  const groups = new Map<
    string,
    { atoms: number[]; part: (typeof parts)[number]; reason: string | undefined }
  >()
  for (const [atom, part] of parts.entries()) {
    const reason = fixed.get(atom)
    const key = JSON.stringify([part, reason])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { atoms: [atom], part, reason })
    else group.atoms.push(atom)
  }
  return [...groups.values()].map(({ atoms, part: { count, ...roles }, reason }) =>
    Object.freeze({
      name: roles.writers[0]!,
      atoms,
      channels: count,
      ...roles,
      ...(reason !== undefined && { fixed: reason }),
    }),
  )
}
