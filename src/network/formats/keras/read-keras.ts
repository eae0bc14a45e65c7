import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { InputError, NetworkError, TandemError } from '../../../errors.js'
import { parseJson } from '../../../parse-json.js'
import { graph } from '../../graph.js'
import type { Network, Weight } from '../../network.js'
import type { Conversion } from './conversion.js'
import { isToMap } from './convert/pooling.js'
import { targetShape } from './convert/shape.js'
import { converters } from './converters.js'
import { readManifest } from './manifest.js'
import { type ModelJson, modelJson } from './model-json.js'
import { takeWeight } from './take-weight.js'
import { readTopology, type Topology } from './topology.js'

type Size = readonly [number, number]

/**
 * The network of a tfjs layers model: `file` is its `model.json`, the weights lie in shards beside it, as the
 * TensorFlow.js converter and `model.save('file://…')` write them. Weights quantized to uint8, uint16 or float16
 * become float32. Layers keep their names; an activation inside a layer is `<layer>:activation`, layers of a nested
 * model are `<model>/<layer>`. `size` ([height, width]) is for a model that leaves that of its input open.
 * Throws InputError or NetworkError that begin with the file's name; all unsupported layers are listed at once.
 */
export function readKeras(file: string, { size }: { readonly size?: Size } = {}): Network {
  try {
    return convert(file, size)
  } catch (error) {
    if (error instanceof z.ZodError)
      throw new InputError(`${file}: is no layers model that can be read\n${z.prettifyError(error)}`)
    if (error instanceof NetworkError) throw new NetworkError(`${file}: ${error.message}`)
    if (error instanceof TandemError) throw new InputError(`${file}: ${error.message}`)
    throw error
  }
}

function convert(file: string, size: Size | undefined): Network {
  const json = readJson(file)
  const { modelTopology: top, weightsManifest } = json
  const topology = readTopology('model_config' in top ? top.model_config : top)
  const kerasVersion = top.keras_version ?? ''
  refuseUnsupported(topology, kerasVersion)

  const { shape, layers, input } = inputOf(topology, size)
  const net = graph(topology.name, shape, topology.input.name)
  const weights: Record<string, Weight> = {}
  const found = readManifest(file, weightsManifest)
  const conversion: Conversion = {
    net,
    kerasVersion,
    take: (layer, names, shape) => takeWeight(found, layer, names, shape),
    put(layer, suffix, shape, data) {
      weights[`${layer}/${suffix}`] = { shape, data }
    },
    readers: ({ name }) => layers.filter(layer => layer.inputs.includes(name)),
  }
  const values = new Map([[input, net.input]])
  for (const layer of layers) {
    const inputs = layer.inputs.map(name => values.get(name)!)
    values.set(layer.name, converters.get(layer.className)!.convert(layer, inputs, conversion))
  }
  return net.finish({ weights })
}

function readJson(file: string): ModelJson {
  let json: unknown
  try {
    json = parseJson(readFileSync(file, 'utf8'))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new InputError(code ? `cannot be read (${code})` : `is not JSON (${message})`)
  }
  const { format } = (json ?? {}) as { format?: unknown }
  if (format === 'graph-model')
    throw new InputError(
      'is a graph model; convert the Keras model to a layers model (tfjs_layers_model) instead',
    )
  return modelJson.parse(json)
}

function refuseUnsupported({ layers }: Topology, kerasVersion: string): void {
  const problems = layers.flatMap(layer => {
    const converter = converters.get(layer.className)
    const problem = converter
      ? converter.problem?.(layer, kerasVersion)
      : 'is a layer that Tandem does not know'
    return problem === undefined ? [] : [`  layer "${layer.name}" (${layer.className}) ${problem}`]
  })
  if (problems.length > 0)
    throw new NetworkError(`${problems.length} of its layers cannot be read:\n${problems.join('\n')}`)
}

/**
 * The input's shape, and the layer that stands for it. Where all that reads the input is a Reshape to a map ([28, 28]
 * or [784] to [28, 28, 1]), the map is the input: its values lie in memory in the same order.
 */
function inputOf({ input, layers }: Topology, size: Size | undefined) {
  const shape = input.shape?.map((length, axis) => length ?? size?.[axis] ?? null)
  if (!shape?.every(length => length !== null))
    throw new NetworkError(
      `the size of its input is open (${shape ? `[${shape.map(length => length ?? '?').join(', ')}]` : 'no shape'}); give it`,
    )
  const [first, ...others] = layers.filter(layer => layer.inputs.includes(input.name))
  if (!first || others.length > 0 || !isToMap(first)) return { shape, layers, input: input.name }
  const values = shape.reduce((product, length) => product * length, 1)
  return {
    shape: targetShape(first, values),
    layers: layers.filter(layer => layer !== first),
    input: first.name,
  }
}
