import { NetworkError } from '../errors.js'
import { inferShapes } from './infer-shapes.js'
import { formatShape } from './layers/definition.js'
import type { Layer, Network, Weights } from './network.js'
import { weightSpecs } from './weight-specs.js'

export type NetworkParts = Omit<Network, 'weights'> & { readonly weights?: Weights }

/**
 * A checked, frozen Network.
 * Layer names are unique, inputs stand before the layers that read them, shapes fit, every layer reaches
 * the last one (the output), and `weights` is either empty or complete and of the right shapes.
 * Values are shared with `parts.weights`, not copied: do not write to them afterwards.
 * Throws NetworkError naming the layer or weight, the cause and the remedy.
 */
export function createNetwork(parts: NetworkParts): Network {
  const { name, weights = {}, architecture } = parts
  if (name === '') throw new NetworkError('a network needs a name')
  const input = frozen(parts.input)
  const layers = frozen(parts.layers)
  checkInput(name, input)
  if (layers.length === 0) throw new NetworkError(`network "${name}" has no layers; add at least one`)
  checkNames(name, input.name, layers)
  inferShapes({ input, layers })
  checkReach(layers)
  return Object.freeze({
    name,
    input,
    layers,
    weights: checkedWeights({ input, layers }, weights),
    ...(architecture && { architecture: frozen(architecture) }),
  })
}

function checkInput(name: string, input: Network['input']): void {
  const { shape } = input
  const sizes = shape.every(size => Number.isSafeInteger(size) && size > 0)
  if (input.name === '') throw new NetworkError(`network "${name}": its input needs a name`)
  if (!sizes || (shape.length !== 1 && shape.length !== 3))
    throw new NetworkError(
      `network "${name}": input shape ${formatShape(shape)} must be [height, width, channels] or [features], all positive`,
    )
}

function checkNames(network: string, input: string, layers: readonly Layer[]): void {
  const all = new Set(layers.map(layer => layer.name))
  const before = new Set([input])
  for (const { name, inputs } of layers) {
    if (name === '') throw new NetworkError(`network "${network}": a layer has no name; give it one`)
    if (before.has(name))
      throw new NetworkError(
        `layer "${name}": the name is used twice in network "${network}"; rename one of the two`,
      )
    for (const from of inputs) {
      if (before.has(from)) continue
      throw new NetworkError(
        all.has(from)
          ? `layer "${name}": reads "${from}", which does not stand before it; put the layers in topological order`
          : `layer "${name}": reads "${from}", which does not exist; name a layer or the input "${input}"`,
      )
    }
    before.add(name)
  }
}

function checkReach(layers: readonly Layer[]): void {
  const needed = new Set([layers.at(-1)!.name])
  for (const layer of layers.toReversed()) {
    if (!needed.has(layer.name))
      throw new NetworkError(
        `layer "${layer.name}": does not reach the output "${layers.at(-1)!.name}"; remove it or connect it`,
      )
    for (const input of layer.inputs) needed.add(input)
  }
}

function checkedWeights(network: Pick<Network, 'input' | 'layers'>, weights: Weights): Weights {
  const specs = weightSpecs(network)
  const layers = new Set(network.layers.map(layer => layer.name))
  for (const spec of specs)
    if (layers.has(spec.name))
      throw new NetworkError(`layer "${spec.name}": has the name of a weight of "${spec.layer}"; rename it`)
  const unused = new Set(Object.keys(weights))
  if (unused.size === 0) return Object.freeze({})
  const kept = specs.map(({ name, shape }) => {
    const weight = Object.hasOwn(weights, name) ? weights[name] : undefined
    if (weight === undefined)
      throw new NetworkError(`weight "${name}" is missing; give all weights, or none for structure alone`)
    const values = shape.reduce((product, size) => product * size, 1)
    if (formatShape(weight.shape) !== formatShape(shape) || weight.data.length !== values)
      throw new NetworkError(
        `weight "${name}": expected shape ${formatShape(shape)} with ${values} values, ` +
          `got ${formatShape(weight.shape)} with ${weight.data.length}`,
      )
    unused.delete(name)
    return [name, Object.freeze({ shape: frozen(weight.shape), data: weight.data })] as const
  })
  for (const name of unused)
    throw new NetworkError(`weight "${name}" belongs to no layer; remove it or rename it to its layer's`)
  return Object.freeze(Object.fromEntries(kept))
}

/** A deeply frozen copy of plain data. */
function frozen<T>(value: T): T {
  if (Array.isArray(value)) return Object.freeze(value.map(frozen)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.freeze(
    Object.fromEntries(Object.entries(value).map(([key, part]) => [key, frozen(part)])),
  ) as T
}
