import { NetworkError } from '../errors.js'
import { inferShapes, type Layer, type Network, type Shape } from '../network/index.js'
import { type Atoms, createAtoms } from './atoms.js'
import { channelRules, type Feed } from './channel-rules.js'

/**
 * Which channels live and die together. An atom is a set of channels, of one tensor or of many, that can only be
 * removed as a whole; atoms are numbered from 0 in the order in which they appear.
 */
export interface ChannelMap {
  /** The atom of each channel of a tensor (a layer's output, or the network's input), by name. */
  readonly of: ReadonlyMap<string, Int32Array>
  readonly atoms: number
  /** Atoms that cannot be removed, and why. */
  readonly fixed: ReadonlyMap<number, string>
}

export interface ChannelOptions {
  /** Layers whose output is to stay as wide as it is. */
  readonly keep?: readonly string[]
}

/**
 * Follows every channel through the network, by structure; layers that share the values of a kernel (one array) are
 * tied as well. The network's input and output are fixed, and what a softmax normalises.
 * Throws NetworkError for a layer in `keep` that is not there.
 */
export function channelsOf(network: Network, { keep = [] }: ChannelOptions = {}): ChannelMap {
  const { input, layers } = network
  const shapes = inferShapes(network)
  const atoms = createAtoms()
  const of = new Map([[input.name, atoms.fresh(input.shape.at(-1)!)]])
  atoms.fix(of.get(input.name)!, `they are the input "${input.name}"`)
  for (const layer of layers) {
    const feeds = layer.inputs.map((name): Feed => ({ atoms: of.get(name)!, shape: shapes.get(name)! }))
    of.set(layer.name, channelRules[layer.type].spread(layer as never, feeds, atoms))
  }
  const last = layers.at(-1)!
  atoms.fix(of.get(last.name)!, `they are the output "${last.name}"`)
  for (const name of keep) {
    const found = name === input.name ? undefined : of.get(name)
    if (found === undefined)
      throw new NetworkError(`there is no layer "${name}" to keep; the network has ${named(layers)}`)
    atoms.fix(found, `"${name}" is kept as asked`)
  }
  tieShared(network, of, atoms, shapes)
  return numbered(of, atoms)
}

const named = (layers: readonly Layer[]): string => {
  const names = layers.filter(({ type }) => type === 'conv' || type === 'dense').map(({ name }) => name)
  return names.length > 12 ? `${names.slice(0, 12).join(', ')}, …` : names.join(', ')
}

/** Layers that compute with one and the same kernel keep the same of its filters and of its channels. */
function tieShared(
  { layers, weights }: Network,
  of: ReadonlyMap<string, Int32Array>,
  atoms: Atoms,
  shapes: ReadonlyMap<string, Shape>,
): void {
  const owners = new Map<Float32Array, Layer>()
  for (const layer of layers) {
    const kernel = weights[`${layer.name}/kernel`]?.data
    if (kernel === undefined) continue
    const owner = owners.get(kernel)
    owners.set(kernel, owner ?? layer)
    if (owner === undefined) continue
    for (const [mine, theirs] of [
      [layer.name, owner.name],
      [layer.inputs[0]!, owner.inputs[0]!],
    ] as const)
      if (shapes.get(mine)!.at(-1) === shapes.get(theirs)!.at(-1))
        atoms.uniteAll(of.get(mine)!, of.get(theirs)!)
  }
}

function numbered(of: ReadonlyMap<string, Int32Array>, atoms: Atoms): ChannelMap {
  const numbers = new Map<number, number>()
  const number = (atom: number): number => {
    const root = atoms.find(atom)
    if (!numbers.has(root)) numbers.set(root, numbers.size)
    return numbers.get(root)!
  }
  const renamed = new Map([...of].map(([name, found]) => [name, found.map(number)] as const))
  const fixed = new Map([...atoms.reasons()].map(([atom, reason]) => [number(atom), reason] as const))
  return Object.freeze({ of: renamed, atoms: numbers.size, fixed })
}
