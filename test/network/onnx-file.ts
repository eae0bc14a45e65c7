import { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node'
import { predict, type Tensor, tf } from '../../src/engine/index.js'
import {
  ATTRIBUTE_TYPE,
  type AttributeProto,
  DATA_TYPE,
  encodeModel,
  type TensorProto,
} from '../../src/network/formats/onnx/schema.js'
import type { Network } from '../../src/network/index.js'
import { random } from '../../src/random.js'

/** Numbers are integers, `{ float }` is not, text is a string attribute. */
type Attribute = number | { readonly float: number } | readonly number[] | string | TensorProto

/** Operator, inputs, outputs and attributes; the node's name is its operator and number unless given. */
export type TinyNode = readonly [
  op: string,
  inputs: readonly string[],
  outputs: string | readonly string[],
  attributes?: Readonly<Record<string, Attribute>> | undefined,
  name?: string,
]

export interface TinyFile {
  readonly opset?: number
  /** Of the input `x`; text is a free size. */
  readonly input: readonly (number | string)[]
  readonly nodes: readonly TinyNode[]
  readonly constants?: Readonly<Record<string, TensorProto | readonly number[]>>
  readonly outputs?: readonly string[]
  readonly outputShapes?: readonly (readonly number[])[]
  readonly inputType?: number
}

const size = (dims: readonly number[]) => dims.reduce((product, each) => product * each, 1)

/** A tensor of given or standard normal values. */
export function floats(
  dims: readonly number[],
  values: readonly number[] | ((normal: number) => number) = x => x,
): TensorProto {
  const stream = random(1, 'constant', ...dims)
  const data =
    typeof values === 'function'
      ? Float32Array.from({ length: size(dims) }, () => values(stream.normal()))
      : Float32Array.from(values)
  return { name: '', dims, dataType: DATA_TYPE.float, rawData: new Uint8Array(data.buffer) }
}

export const integers = (
  values: readonly number[],
  dims: readonly number[] = [values.length],
): TensorProto => ({
  name: '',
  dims,
  dataType: DATA_TYPE.int64,
  rawData: new Uint8Array(BigInt64Array.from(values, BigInt).buffer),
})

export const scalar = (value: number): TensorProto => floats([], [value])

function attribute(name: string, value: Attribute): AttributeProto {
  if (typeof value === 'number') return { name, type: ATTRIBUTE_TYPE.int, i: value }
  if (typeof value === 'string')
    return { name, type: ATTRIBUTE_TYPE.string, s: new TextEncoder().encode(value) }
  if ('float' in value) return { name, type: ATTRIBUTE_TYPE.float, f: value.float }
  if ('dims' in value) return { name, type: ATTRIBUTE_TYPE.tensor, t: value }
  return { name, type: ATTRIBUTE_TYPE.ints, ints: value }
}

const valueInfo = (name: string, dims: readonly (number | string)[], elemType: number = DATA_TYPE.float) => {
  const dim = dims.map(each => (typeof each === 'number' ? { dimValue: each } : { dimParam: each }))
  return { name, type: { tensorType: { elemType, shape: { dim } } } }
}

/** An ONNX file of a few nodes from `x` to `y`. */
export function tinyFile(file: TinyFile): Uint8Array {
  const { opset = 17, constants = {}, outputs = ['y'] } = file
  return encodeModel({
    irVersion: 8,
    producerName: 'test',
    opsetImport: [{ version: opset }],
    metadataProps: [],
    graph: {
      name: 'tiny',
      node: file.nodes.map(([opType, input, output, attributes = {}, name], index) => ({
        name: name ?? `${opType}_${index}`,
        opType,
        input,
        output: [output].flat(),
        attribute: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
      })),
      initializer: Object.entries(constants).map(([name, value]) => ({
        ...('dims' in value ? value : integers(value as readonly number[])),
        name,
      })),
      input: [valueInfo('x', file.input, file.inputType)],
      output: outputs.map((name, index) => valueInfo(name, file.outputShapes?.[index] ?? [])),
    },
  })
}

const turned = (x: Tensor, perm: number[]): Tensor => (x.rank === 4 ? tf.transpose(x, perm) : x)

/** What the engine makes of a network; x and the result are laid out as Tandem does. */
export function runNetwork(network: Network, x: Tensor): Tensor {
  return tf.tidy(() => {
    const weights = new Map(
      Object.entries(network.weights).map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]),
    )
    return predict(network, x, name => weights.get(name)!)
  })
}

/**
 * Largest difference between the file's outputs in onnxruntime and the network's in the engine, relative to the
 * largest output above 1. onnxruntime takes the graph as it is: one of its optimizations lets no zero of a Pad win a
 * maximum. `nhwc`: the file's input is laid out as Tandem's.
 */
export async function differenceToFile(
  bytes: Uint8Array,
  network: Network,
  { batch = 2, nhwc = false, seed = 1 } = {},
): Promise<number> {
  const shape = [batch, ...network.input.shape]
  const stream = random(seed, 'input', ...shape)
  const x = tf.tensor(
    Float32Array.from({ length: size(shape) }, () => stream.normal()),
    shape,
  )
  const fed = nhwc ? x : turned(x, [0, 3, 1, 2])
  const session = await InferenceSession.create(bytes, {
    logSeverityLevel: 3,
    graphOptimizationLevel: 'disabled',
  })
  const feed = new OnnxTensor('float32', fed.dataSync() as Float32Array, fed.shape)
  const results = await session.run({ [session.inputNames[0]!]: feed })
  await session.release()
  const { data, dims } = results[session.outputNames[0]!]!
  const theirs = data as Float32Array
  const result = runNetwork(network, x)
  const ours = turned(result, [0, 3, 1, 2])
  const [got, wanted] = [ours.shape, dims].map(each => each.filter(side => side !== 1).join())
  if (got !== wanted) throw new Error(`the network gives [${ours.shape}], the file [${dims}]`)
  const values = ours.dataSync() as Float32Array
  tf.dispose([x, fed, result, ours])
  const most = theirs.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1)
  return values.reduce((largest, value, i) => Math.max(largest, Math.abs(value - theirs[i]!)), 0) / most
}
