import { NetworkError } from '../../../../errors.js'
import type { Layer, Shape, Weight } from '../../../network.js'
import { floatBytes } from '../../bytes.js'
import {
  ATTRIBUTE_TYPE,
  type AttributeProto,
  DATA_TYPE,
  type NodeProto,
  type TensorProto,
} from '../schema.js'

/** What an emitter knows of its layer's surroundings. */
export interface Scope {
  /** Name of the layer. */
  readonly layer: string
  /** ONNX names of the layer's inputs and their shapes in Tandem's order [height, width, channels]. */
  readonly inputs: readonly string[]
  readonly inputShapes: readonly Shape[]
  readonly output: string
  /** The layer's weight and its full name; throws NetworkError if the network does not carry it. */
  weight(suffix: string): Weight & { readonly name: string }
}

/** The nodes of one layer and the constants they read; constants of equal name are written once. */
export interface Emitted {
  readonly nodes: readonly NodeProto[]
  readonly tensors?: readonly TensorProto[]
}

export type Emitter<L extends Layer> = (layer: L, scope: Scope) => Emitted

type Attribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly ints: readonly number[] }
  | { readonly string: string }

const attribute = (name: string, value: Attribute): AttributeProto =>
  'int' in value
    ? { name, type: ATTRIBUTE_TYPE.int, i: value.int }
    : 'float' in value
      ? { name, type: ATTRIBUTE_TYPE.float, f: value.float }
      : 'ints' in value
        ? { name, type: ATTRIBUTE_TYPE.ints, ints: value.ints }
        : { name, type: ATTRIBUTE_TYPE.string, s: new TextEncoder().encode(value.string) }

/**
 * A node with one output. The layer's last node carries its name and gives its output; a node before it has
 * a `part`, and both it and its output are named `<layer>:<part>`.
 */
export function node(
  scope: Scope,
  opType: string,
  input: readonly string[],
  attributes: Readonly<Record<string, Attribute>> = {},
  part?: string,
): NodeProto {
  return {
    name: part === undefined ? scope.layer : inner(scope, part),
    opType,
    input,
    output: [part === undefined ? scope.output : inner(scope, part)],
    attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
  }
}

/** The value that the node of this part gives. */
export const inner = ({ layer }: Scope, part: string) => `${layer}:${part}`

export const floatTensor = (name: string, dims: readonly number[], values: Float32Array): TensorProto => ({
  name,
  dims,
  dataType: DATA_TYPE.float,
  rawData: floatBytes(values),
})

/** A scalar constant, shared by all that need the value. */
export const scalar = (value: number): TensorProto =>
  floatTensor(`constant:${value}`, [], Float32Array.of(value))

/** A vector of integers, shared by all that need the same one. */
export function integerTensor(values: readonly number[]): TensorProto {
  const rawData = new Uint8Array(8 * values.length)
  const view = new DataView(rawData.buffer)
  values.forEach((value, index) => {
    view.setBigInt64(8 * index, BigInt(value), true)
  })
  return { name: `constant:[${values}]`, dims: [values.length], dataType: DATA_TYPE.int64, rawData }
}

export const missingWeight = (name: string) =>
  new NetworkError(`weight "${name}" is missing; initialize or load the network's weights before writing it`)
