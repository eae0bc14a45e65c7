import { NetworkError } from '../../../errors.js'
import { inferShapes, inputShapes } from '../../infer-shapes.js'
import type { Layer, Network, Shape } from '../../network.js'
import { emitLayer } from './emit/emit-layer.js'
import { missingWeight, type Scope } from './emit/emitter.js'
import { DATA_TYPE, encodeModel, type ValueInfoProto } from './schema.js'

const OUTPUT = 'logits'

/**
 * The network as an ONNX file: opset 17, IR version 8, NCHW, a free batch dimension `batch`, the network's
 * input name, output `logits`, and the shape of every layer's output. A layer's last node carries its name, any before it `<name>:<part>`. Metadata `tandem.network` holds the name and
 * `tandem.architecture` the choices (JSON) of a network decoded from a search space. Equal networks give
 * equal bytes. Throws NetworkError for a weight that is missing or an input named `logits`.
 */
export function writeOnnx(network: Network): Uint8Array {
  const { name, input, layers, architecture } = network
  if (input.name === OUTPUT)
    throw new NetworkError(`network "${name}": its input is named "${OUTPUT}" like the output; rename it`)
  const shapes = inferShapes(network)
  const emitted = layers.map(layer => emitLayer(layer, scopeOf(network, shapes, layer)))
  const constants = emitted.flatMap(({ tensors = [] }) =>
    tensors.map(tensor => [tensor.name, tensor] as const),
  )
  return encodeModel({
    irVersion: 8,
    producerName: 'tandem',
    opsetImport: [{ version: 17 }],
    metadataProps: [
      { key: 'tandem.network', value: name },
      ...(architecture ? [{ key: 'tandem.architecture', value: JSON.stringify(architecture) }] : []),
    ],
    graph: {
      name,
      node: emitted.flatMap(({ nodes }) => nodes),
      initializer: [...new Map(constants).values()],
      input: [valueInfo(input.name, input.shape)],
      output: [valueInfo(OUTPUT, shapes.get(layers.at(-1)!.name)!)],
      valueInfo: layers
        .slice(0, -1)
        .map(({ name }) => valueInfo(valueNameOf(network, name), shapes.get(name)!)),
    },
  })
}

/** What a layer's output, or the network's input, is called in the file. */
function valueNameOf({ layers }: Network, name: string): string {
  if (name === layers.at(-1)!.name) return OUTPUT
  return name === OUTPUT ? `${OUTPUT}:hidden` : name
}

function scopeOf(network: Network, shapes: ReadonlyMap<string, Shape>, layer: Layer): Scope {
  const valueName = (name: string) => valueNameOf(network, name)
  return {
    layer: layer.name,
    inputs: layer.inputs.map(valueName),
    inputShapes: inputShapes(layer, shapes),
    output: valueName(layer.name),
    weight(suffix) {
      const name = `${layer.name}/${suffix}`
      const weight = network.weights[name]
      if (weight === undefined) throw missingWeight(name)
      return { ...weight, name }
    },
  }
}

/** [height, width, channels] as [batch, channels, height, width]; [features] as [batch, features]. */
function valueInfo(name: string, shape: Shape): ValueInfoProto {
  const sizes = shape.length === 3 ? [shape[2]!, shape[0]!, shape[1]!] : shape
  const dim = [{ dimParam: 'batch' }, ...sizes.map(dimValue => ({ dimValue }))]
  return { name, type: { tensorType: { elemType: DATA_TYPE.float, shape: { dim } } } }
}
