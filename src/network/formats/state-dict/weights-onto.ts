import { InputError } from '../../../errors.js'
import { createNetwork } from '../../create-network.js'
import { inferShapes } from '../../infer-shapes.js'
import type { Layer, Network, Shape, Weight } from '../../network.js'
import { weightSpecs } from '../../weight-specs.js'
import type { Tensors } from '../safetensors.js'
import { matchModules } from './match-modules.js'
import { modulesOf } from './modules.js'

/**
 * The network with the weights of a file (`readSafetensors`). Tensors are named and laid out as PyTorch's state
 * dicts, Keras's layers or Tandem's weights are; kernels are turned, and so are the rows of a dense layer behind a
 * flattened map. Modules belong to the layers of their names where most have one (`layer1.0.conv1`, `stage1/conv`),
 * otherwise to the layers of their kind in order. `source` names the file in errors.
 * Throws InputError that lists all weights that are missing, tensors that are left over or of another shape, and
 * those with values that are no numbers.
 */
export function weightsOnto(network: Network, tensors: Tensors, source = 'weights'): Network {
  const modules = modulesOf(tensors)
  const matched = matchModules(network, modules)
  const shapes = inferShapes(network)
  const layers = new Map(network.layers.map(layer => [layer.name, layer]))
  const unused = new Set(modules.flatMap(module => [...module.tensors.values()].map(({ name }) => name)))
  const problems: Record<'missing' | 'of another shape' | 'not finite', string[]> = {
    missing: [],
    'of another shape': [],
    'not finite': [],
  }
  const weights: Record<string, Weight> = {}
  for (const { name, shape, layer } of weightSpecs(network)) {
    const module = matched.get(layer)
    const found = module?.tensors.get(name.slice(layer.length + 1))
    if (!found) {
      problems.missing.push(name)
      continue
    }
    unused.delete(found.name)
    const fitted = shaped(found.weight, shape)
    if (!fitted) {
      problems['of another shape'].push(
        `"${found.name}" [${tensors[found.name]!.shape}] for "${name}" [${shape}]`,
      )
      continue
    }
    if (!fitted.data.every(Number.isFinite)) problems['not finite'].push(`"${found.name}"`)
    const reader = layers.get(layer)!
    const ofFeatures = module!.channelsFirst && (reader.type !== 'dense' || name.endsWith('/kernel'))
    const map = ofFeatures && flattenedMap(reader, layers, shapes)
    weights[name] = map ? rowsTurned(fitted, map) : fitted
  }
  const lines = Object.entries({ ...problems, 'not used': [...unused].map(name => `"${name}"`) })
    .filter(([, names]) => names.length > 0)
    .map(([what, names]) => `\n  ${what}: ${listed(names)}`)
  if (lines.length > 0)
    throw new InputError(`${source}: these weights do not fit network "${network.name}":${lines.join('')}`)
  return createNetwork({ ...network, weights })
}

/** The weight under the shape that is wanted; a 1×1 convolution's kernel may be a matrix. */
function shaped({ shape, data }: Weight, wanted: readonly number[]): Weight | undefined {
  const without = (dims: readonly number[]) => (dims[0] === 1 && dims[1] === 1 ? dims.slice(2) : dims)
  const same = without(shape).join() === without(wanted).join()
  return same ? { shape: wanted, data } : undefined
}

/** The map whose flattened values a layer reads; undefined where it reads something else. */
function flattenedMap(
  layer: Layer,
  layers: ReadonlyMap<string, Layer>,
  shapes: ReadonlyMap<string, Shape>,
): Shape | undefined {
  let before: Layer | undefined = layer
  const through = new Set(['activation', 'dropout', 'batchNorm', 'scale', 'layerNorm'])
  if (layer.type !== 'dense' && !through.has(layer.type)) return undefined
  do before = layers.get(before.inputs[0]!)
  while (before && through.has(before.type))
  const map = before?.type === 'flatten' ? shapes.get(before.inputs[0]!)! : []
  return map.length === 3 && map[0]! * map[1]! > 1 && map[2]! > 1 ? map : undefined
}

/** Rows counted over [channels, height, width] put in the order of [height, width, channels]. */
function rowsTurned({ shape, data }: Weight, [height, width, channels]: Shape): Weight {
  const [area, units] = [height! * width!, data.length / shape[0]!]
  const values = new Float32Array(data.length)
  for (let c = 0; c < channels!; c++)
    for (let at = 0; at < area; at++) {
      const from = (c * area + at) * units
      values.set(data.subarray(from, from + units), (at * channels! + c) * units)
    }
  return { shape, data: values }
}

/** Names that a line of an error shows. */
const MOST = 12

const listed = (names: readonly string[]) =>
  names.slice(0, MOST).join(', ') + (names.length > MOST ? ` and ${names.length - MOST} more` : '')
