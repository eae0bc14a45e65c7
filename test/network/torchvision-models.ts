import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import {
  DATA_TYPE,
  decodeModel,
  encodeModel,
  type NodeProto,
  type TensorProto,
} from '../../src/network/formats/onnx/schema.js'
import { random } from '../../src/random.js'

const FOLDER = new URL('../../../test/fixtures/torchvision/', import.meta.url)

/** What PyTorch knows of an exported model; written by scripts/export-torchvision.py. */
export interface TorchvisionModel {
  readonly opset: number
  /** Height and width of the input. */
  readonly size: number
  readonly batch: 'free' | 'fixed'
  readonly exporter: 'torchscript' | 'dynamo'
  readonly macs: number
  /** Where none is folded into others. */
  readonly parameters?: number
  readonly publishedGmacs?: number
}

export const torchvisionModels: Readonly<Record<string, TorchvisionModel>> = JSON.parse(
  readFileSync(new URL('models.json', FOLDER), 'utf8'),
)

/** The exported model with values in place of those that its file was stripped of, as ONNX bytes. */
export function torchvisionOnnx(name: string): Uint8Array {
  const model = decodeModel(gunzipSync(readFileSync(new URL(`${name}.onnx.gz`, FOLDER))))
  const { node, initializer } = model.graph
  const users = new Map(
    node.flatMap(user => user.input.map((input, place) => [input, { user, place }] as const)),
  )
  const filled = initializer.map(tensor => {
    const elements = volume(tensor.dims)
    const stripped =
      tensor.dataType === DATA_TYPE.float && !tensor.rawData?.length && !tensor.floatData?.length
    if (!stripped || elements === 0) return tensor
    const use = users.get(tensor.name)
    if (!use) throw new Error(`${name}: nothing reads "${tensor.name}"`)
    const values = draw(
      tensor.name,
      elements,
      distributionOf(use.user, use.place, tensor, GAINS[name] ?? GAIN),
    )
    return { ...tensor, rawData: new Uint8Array(values.buffer) }
  })
  return encodeModel({ ...model, graph: { ...model.graph, initializer: filled } })
}

/**
 * Variance of a kernel's values, times the inputs of an output. At 2 (He et al.) activations keep their size behind a
 * ReLU. EfficientNets shrink them more, or blow them up until squeeze and excitation is a coin's toss.
 */
const GAIN = 2
const GAINS: Readonly<Record<string, number>> = {
  efficientnet_b0: 2.3,
  'efficientnet_b0-dynamo': 2.3,
  efficientnet_v2_s: 1.5,
}

interface Distribution {
  readonly mean: number
  readonly deviation: number
}

const AROUND_ZERO: Distribution = { mean: 0, deviation: 0.1 }
const AROUND_ONE: Distribution = { mean: 1, deviation: 0.2 }

/** What the values of a node's input `place` are like in a trained model. */
function distributionOf(
  { opType, attribute }: NodeProto,
  place: number,
  { dims }: TensorProto,
  gain: number,
): Distribution {
  const kernel = (fanIn: number): Distribution => ({ mean: 0, deviation: Math.sqrt(gain / fanIn) })
  switch (`${opType} ${place}`) {
    case 'Conv 1':
      return kernel(volume(dims.slice(1)))
    case 'Gemm 1':
      return kernel(attribute.some(({ name, i }) => name === 'transB' && i === 1) ? dims[1]! : dims[0]!)
    case 'MatMul 1':
      return kernel(dims[0]!)
    case 'BatchNormalization 1':
    case 'BatchNormalization 4':
    case 'LayerNormalization 1':
    case 'Mul 0':
    case 'Mul 1':
      return AROUND_ONE
    case 'BatchNormalization 2':
    case 'BatchNormalization 3':
    case 'LayerNormalization 2':
    case 'Conv 2':
    case 'Gemm 2':
    case 'Add 0':
    case 'Add 1':
      return AROUND_ZERO
  }
  throw new Error(`no values are known for input ${place} of ${opType}`)
}

/** Normal values within three deviations, the same for the same name. */
function draw(name: string, elements: number, { mean, deviation }: Distribution): Float32Array {
  const values = new Float32Array(elements)
  let at = random(1, name).integer(normals.length)
  for (let i = 0; i < elements; i++) {
    values[i] = mean + deviation * normals[at]!
    at = at + 1 === normals.length ? 0 : at + 1
  }
  return values
}

const stream = random(1, 'normals')
/** So many that no row of a kernel is another's; a prime number, so that they do not repeat in step with a shape. */
const normals = Float32Array.from({ length: 65_521 }, () => Math.max(-3, Math.min(3, stream.normal())))

const volume = (dims: readonly number[]) => dims.reduce((product, size) => product * size, 1)
