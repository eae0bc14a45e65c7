import type { Draft, Origin } from './draft.js'

/** Names longer than this are no names that somebody gave. */
const LONGEST = 200

/**
 * Names for the layers that are left, those that users know from their own code: `layer1.0.conv1` for the PyTorch
 * node `/layer1/layer1.0/conv1/Conv` or for a convolution whose kernel is `layer1.0.conv1.weight`. In a file that
 * Tandem wrote a node's name is its layer's. Every name is given once, and never to the input.
 */
export function layerNames(draft: Draft, ours: boolean): ReadonlyMap<string, string> {
  const paths = new Map([...draft.layers.keys()].map(name => [name, pathOf(draft.origins.get(name)!)]))
  const parents = new Map<string, number>()
  for (const path of paths.values())
    for (let length = 1; length < path.length; length++) {
      const parent = path.slice(0, length).join('.')
      parents.set(parent, (parents.get(parent) ?? 0) + 1)
    }
  const taken = new Set([draft.input.name])
  const numbers = new Map<string, number>()
  const names = new Map<string, string>()
  for (const [name, { type }] of draft.layers) {
    const origin = draft.origins.get(name)!
    const wanted = ours ? own(origin) : (byWeight(origin) ?? byPath(paths.get(name)!, origin, parents))
    const base = wanted === '' || wanted.length > LONGEST ? type : wanted
    let free = base
    while (taken.has(free) || isWeight(free, taken)) {
      const number = (numbers.get(base) ?? 0) + 1
      numbers.set(base, number)
      free = `${base}_${number}`
    }
    taken.add(free)
    names.set(name, free)
  }
  return names
}

/** A layer `a/kernel` beside a layer `a` would have the name of a weight. */
const isWeight = (name: string, taken: ReadonlySet<string>) =>
  /\/(kernel|bias|gamma|beta|mean|variance|step)$/.test(name) &&
  taken.has(name.slice(0, name.lastIndexOf('/')))

/** The layer that a node of a file of Tandem's belongs to. */
export const own = ({ node }: Origin): string => node.replace(/:[^:/]*$/, '')

/** The module that a weight belongs to. */
function byWeight({ weight }: Origin): string | undefined {
  if (weight === undefined || !/^[\w-]+(\.[\w-]+)+$/.test(weight)) return undefined
  return weight.replace(/\.(weight|bias|gamma|beta|kernel)$/, '')
}

/** `/layer1/layer1.0/conv1/Conv` as [layer1.0, conv1, Conv]: a segment that the next one repeats is left out. */
function pathOf({ node }: Origin): readonly string[] {
  if (node.length > LONGEST) return []
  const segments = node.split('/').filter(segment => segment !== '' && segment !== 'StatefulPartitionedCall')
  return segments.filter((segment, index) => !segments[index + 1]?.startsWith(`${segment}.`))
}

/** What TensorFlow's exporter calls operators at the end of a path. */
const TENSORFLOW = /^(Conv2D|BiasAdd|MatMul|FusedBatchNorm(V\d)?|depthwise|Relu6|AddV2|Mean|MaxPool|AvgPool)$/

/** The path without the operator at its end, unless other layers lie on the path too. */
function byPath(path: readonly string[], { op }: Origin, parents: ReadonlyMap<string, number>): string {
  const module = path.slice(0, -1).join('.')
  const last = path.at(-1)?.replace(/_+\d+$/, '')
  const isOperator = last === op || TENSORFLOW.test(last ?? '')
  return isOperator && parents.get(module) === 1 ? module : path.join('.')
}
