import { NetworkError } from '../../../errors.js'
import { type ContainerJson, functionalConfig, type LayerJson, sequentialConfig } from './model-json.js'
import { type Settings, settings } from './settings.js'

/** A Keras layer. Names of layers inside a nested model are `<model>/<layer>`. */
export interface KerasLayer {
  readonly name: string
  readonly className: string
  readonly settings: Settings
  /** Names of the layers that feed this one; mutable only while the topology is read. */
  readonly inputs: readonly string[]
}

export interface Topology {
  readonly name: string
  /** Name of the input, and its shape without the batch where it is known; null stands for a free size. */
  readonly input: { readonly name: string; readonly shape: readonly (number | null)[] | undefined }
  /** In topological order: the layers that reach the output, which is the last one. */
  readonly layers: readonly KerasLayer[]
}

const CONTAINERS = ['Sequential', 'Functional', 'Model']
const INPUT = 'InputLayer'

/**
 * The layers of a model, sequential or functional, with nested models opened up.
 * Throws NetworkError for what Tandem has no word for: several inputs or outputs, a layer that is called twice.
 */
export function readTopology(model: ContainerJson): Topology {
  const found = new Map<string, KerasLayer>()
  /** Names of nested models and of their inputs: what stands for them outside. */
  const stands = new Map<string, string>()

  const open = ({ class_name: kind, config }: ContainerJson, prefix: string, from?: string) => {
    if (!CONTAINERS.includes(kind))
      throw new NetworkError(`model "${prefix}" is a ${kind}; ${CONTAINERS.join(', ')} can be read`)
    const sequential = kind === 'Sequential'
    const { layers, name = 'keras' } = sequential
      ? sequentialConfig.parse(config)
      : functionalConfig.parse(config)
    let previous = sequential ? from : undefined
    for (const layer of layers) {
      const name = prefix + nameOf(layer)
      const inputs = sequential
        ? previous === undefined
          ? []
          : [previous]
        : inputsOf(layer).map(input => prefix + input)
      if (found.has(name) || stands.has(name))
        throw new NetworkError(
          `two layers are named "${name}"; give one another name and save the model again`,
        )
      if (CONTAINERS.includes(layer.class_name)) {
        if (inputs.length > 1)
          throw new NetworkError(`nested model "${name}" has ${inputs.length} inputs; Tandem's have one`)
        stands.set(name, open(layer, `${name}/`, inputs[0]).output)
      } else if (layer.class_name === INPUT && from !== undefined) stands.set(name, from)
      else
        found.set(name, { name, className: layer.class_name, settings: settings(name, layer.config), inputs })
      previous = name
    }
    const ends = sequential ? previous : onlyEnd(functionalConfig.parse(config), prefix)
    if (ends === undefined) throw new NetworkError(`model "${name}" has no layers`)
    return { name, output: ends }
  }

  const { name, output } = open(model, '')
  const resolve = (name: string): string => {
    for (let at = name, steps = 0; steps <= stands.size; steps++) {
      const next = stands.get(at)
      if (next === undefined) return at
      at = next
    }
    throw new NetworkError(`nested model "${name}" is its own input`)
  }
  const layers = inOrder(resolve(output), name => {
    const layer = found.get(name)
    if (!layer) throw new NetworkError(`layer "${name}" is read by another, but the model does not have it`)
    return { ...layer, inputs: layer.inputs.map(resolve) }
  })
  return { name, ...splitInput(layers) }
}

/** The layers that `output` needs, each after those that it reads. */
function inOrder(output: string, layerOf: (name: string) => KerasLayer): KerasLayer[] {
  const done = new Map<string, KerasLayer>()
  const open = new Set<string>()
  const pending = [output]
  while (pending.length > 0) {
    const name = pending.at(-1)!
    const layer = layerOf(name)
    const missing = layer.inputs.filter(input => !done.has(input))
    if (missing.some(input => open.has(input))) throw new NetworkError(`layer "${name}" feeds itself`)
    if (missing.length === 0 || done.has(name)) {
      pending.pop()
      open.delete(name)
      done.set(name, layer)
    } else {
      open.add(name)
      pending.push(...missing)
    }
  }
  return [...done.values()]
}

/** The input layer apart from the others; a sequential model without one has its input's shape in the first layer. */
function splitInput(layers: readonly KerasLayer[]): Pick<Topology, 'input' | 'layers'> {
  const sources = layers.filter(layer => layer.inputs.length === 0)
  if (sources.length !== 1)
    throw new NetworkError(
      `the model has ${sources.length} inputs (${sources.map(layer => layer.name).join(', ')}); Tandem's networks have one`,
    )
  const source = sources[0]!
  const shape = source.settings.batchShape()?.slice(1)
  if (source.className === INPUT)
    return { input: { name: source.name, shape }, layers: layers.filter(layer => layer !== source) }
  const name = layers.some(layer => layer.name === 'input') ? 'input0' : 'input'
  return {
    input: { name, shape },
    layers: layers.map(layer => (layer === source ? { ...layer, inputs: [name] } : layer)),
  }
}

function nameOf(layer: LayerJson): string {
  const inner = (layer.config as { name?: unknown } | null)?.name
  const name = layer.name ?? (typeof inner === 'string' ? inner : undefined)
  if (name === undefined) throw new NetworkError(`a ${layer.class_name} layer has no name`)
  return name
}

/** Keras 2 writes `[[[layer, node, tensor, arguments], …]]`, Keras 3 calls with tensors that carry their history. */
function inputsOf(layer: LayerJson): string[] {
  if (layer.inbound_nodes.length > 1)
    throw new NetworkError(
      `layer "${nameOf(layer)}" is called ${layer.inbound_nodes.length} times; Tandem's layers have weights of their own, so copy it`,
    )
  const [node] = layer.inbound_nodes
  if (node === undefined) return []
  if (!Array.isArray(node)) return histories(node).map(sourceOf)
  return (typeof node[0] === 'string' ? [node] : node).map(sourceOf)
}

/** Every `keras_history` in the arguments of a call. */
function histories(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  if ('keras_history' in value) return [value.keras_history]
  return Object.values(value).flatMap(histories)
}

/** The layer of `[layer, node, tensor, …]`. */
function sourceOf(call: unknown): string {
  const [name, , tensor = 0] = Array.isArray(call) ? call : []
  if (typeof name !== 'string' || tensor !== 0)
    throw new NetworkError(`the connection ${JSON.stringify(call)} cannot be read`)
  return name
}

function onlyEnd(
  { input_layers, output_layers }: { input_layers: unknown[]; output_layers: unknown[] },
  prefix: string,
): string {
  const one = (ends: unknown[], what: string) => {
    const list = typeof ends[0] === 'string' ? [ends] : ends
    if (list.length !== 1)
      throw new NetworkError(`the model has ${list.length} ${what}s; Tandem's networks have one`)
    return sourceOf(list[0])
  }
  one(input_layers, 'input')
  return prefix + one(output_layers, 'output')
}
