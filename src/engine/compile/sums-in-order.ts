import type { RecordedNode, Recording } from './record.js'

const SUMS = new Set(['Add', 'AddV2', 'AddN'])
const MERGED = new Set([...SUMS, 'Mul', 'Div', 'RealDiv'])
/** What may be found to change nothing, and taken out. */
const PASSING = new Set(['Reshape', 'Cast', 'Identity'])

/**
 * The same step with a barrier between a sum and a sum of it. TensorFlow would make one of the two, which adds in
 * another order and rounds otherwise than eagerly. The barrier passes its input on.
 */
export function sumsInOrder(recording: Recording): Recording {
  const byName = new Map(recording.nodes.map(node => [node.name, node]))
  const barriers = new Map<string, string>()
  const isMerged = (reference: string): boolean => {
    const maker = byName.get(reference)
    if (!maker) return false
    return MERGED.has(maker.op) || (PASSING.has(maker.op) && isMerged(maker.input[0]!))
  }
  const nodes = recording.nodes.flatMap((node): readonly RecordedNode[] => {
    if (!SUMS.has(node.op)) return [node]
    const added: RecordedNode[] = []
    const input = node.input.map(reference => {
      if (!isMerged(reference)) return reference
      const known = barriers.get(reference)
      if (known !== undefined) return known
      const [type] = byName.get(reference)!.outputs
      const name = `barrier_${barriers.size}`
      const attr = { T: { type: type! } }
      added.push({ name, op: 'Snapshot', input: [reference], attr, outputs: [type!] })
      barriers.set(reference, name)
      return name
    })
    return [...added, { ...node, input }]
  })
  return { ...recording, nodes }
}
