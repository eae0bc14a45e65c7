import type { Layer, Weight } from '../../../../network.js'
import type { Draft, Origin } from '../draft.js'

/** Changes to a draft that keep its order and what feeds what consistent. */
export interface Editor {
  readonly draft: Draft
  /** The layer that gives a value; undefined for the network's input. */
  producer(name: string | undefined): Layer | undefined
  /** Layers that read a value; the network's output counts as one more reader. */
  readers(name: string): number
  /** Layers that read a value, unless the network's output does too. */
  consumers(name: string): readonly Layer[]
  weight(layer: Layer, suffix: string): Weight | undefined
  /** Whether two layers may become one. */
  together(a: Layer, b: Layer): boolean
  /** Puts a layer in the place of the one of its name. */
  replace(layer: Layer, weights?: Readonly<Record<string, Weight>>): void
  /** Takes a layer out that nothing reads any more. */
  drop(layer: Layer): void
  /** Takes a layer out; what read it reads `by` from then on. */
  remove(layer: Layer, by: string): void
}

/** A rule looks at one layer and may change the draft around it. */
export type Rule = (layer: Layer, editor: Editor) => void

/** Which layers may become one, by where they come from. */
export type Together = (a: Origin, b: Origin) => boolean

/** Applies each rule to every layer, in order. */
export function simplify(draft: Draft, rules: readonly Rule[], together: Together = () => true): void {
  const editor = createEditor(draft, together)
  for (const rule of rules)
    for (const name of [...draft.layers.keys()]) {
      const layer = draft.layers.get(name)
      if (layer) rule(layer, editor)
    }
}

function createEditor(draft: Draft, together: Together): Editor {
  const { layers, weights } = draft
  const readersOf = new Map<string, Set<string>>()
  const link = (name: string, reader: string) => {
    const known = readersOf.get(name)
    if (known) known.add(reader)
    else readersOf.set(name, new Set([reader]))
  }
  const unlink = ({ inputs, name }: Layer) => {
    for (const input of inputs) readersOf.get(input)?.delete(name)
  }
  for (const { name, inputs } of layers.values()) for (const input of inputs) link(input, name)
  const readers = (name: string) => (readersOf.get(name)?.size ?? 0) + Number(draft.output === name)
  return {
    draft,
    producer: name => (name === undefined ? undefined : layers.get(name)),
    readers,
    consumers: name =>
      draft.output === name ? [] : [...(readersOf.get(name) ?? [])].map(reader => layers.get(reader)!),
    together: (a, b) => together(draft.origins.get(a.name)!, draft.origins.get(b.name)!),
    weight: ({ name }, suffix) => weights.get(`${name}/${suffix}`),
    replace(layer, values = {}) {
      unlink(layers.get(layer.name)!)
      layers.set(layer.name, layer)
      for (const input of layer.inputs) link(input, layer.name)
      for (const [suffix, weight] of Object.entries(values)) weights.set(`${layer.name}/${suffix}`, weight)
    },
    drop(layer) {
      unlink(layer)
      layers.delete(layer.name)
    },
    remove(layer, by) {
      unlink(layer)
      layers.delete(layer.name)
      for (const reader of readersOf.get(layer.name) ?? []) {
        const reading = layers.get(reader)!
        const inputs = reading.inputs.map(input => (input === layer.name ? by : input))
        layers.set(reader, { ...reading, inputs } as Layer)
        link(by, reader)
      }
      readersOf.delete(layer.name)
      if (draft.output === layer.name) draft.output = by
    },
  }
}
