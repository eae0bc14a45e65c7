import protobuf from 'protobufjs/light.js'
import { checkBounds } from './bounded.js'

/** The parts of ONNX's protobuf schema (onnx.proto, IR version 8) that Tandem reads and writes. */
export interface ModelProto {
  readonly irVersion: number
  readonly opsetImport: readonly { readonly domain?: string; readonly version: number }[]
  readonly producerName: string
  readonly metadataProps: readonly { readonly key: string; readonly value: string }[]
  readonly graph: GraphProto
}

export interface GraphProto {
  readonly name: string
  readonly node: readonly NodeProto[]
  readonly initializer: readonly TensorProto[]
  readonly input: readonly ValueInfoProto[]
  readonly output: readonly ValueInfoProto[]
  /** Shapes of values in between. */
  readonly valueInfo?: readonly ValueInfoProto[]
}

export interface NodeProto {
  readonly domain?: string
  readonly name: string
  readonly opType: string
  readonly input: readonly string[]
  readonly output: readonly string[]
  readonly attribute: readonly AttributeProto[]
}

export interface AttributeProto {
  readonly name: string
  readonly type: number
  readonly f?: number
  readonly i?: number
  readonly s?: Uint8Array
  readonly t?: TensorProto
  readonly floats?: readonly number[]
  readonly ints?: readonly number[]
}

export interface TensorProto {
  readonly name: string
  readonly dims: readonly number[]
  readonly dataType: number
  readonly rawData?: Uint8Array
  readonly floatData?: readonly number[]
  readonly int32Data?: readonly number[]
  readonly int64Data?: readonly number[]
  readonly doubleData?: readonly number[]
  readonly uint64Data?: readonly number[]
  /** Where the values lie if `dataLocation` is 1: `location`, `offset`, `length`. */
  readonly externalData?: readonly { readonly key: string; readonly value: string }[]
  readonly dataLocation?: number
}

export interface ValueInfoProto {
  readonly name: string
  readonly type: {
    readonly tensorType: {
      readonly elemType: number
      readonly shape: {
        readonly dim: readonly { readonly dimValue?: number; readonly dimParam?: string }[]
      }
    }
  }
}

/** TensorProto.DataType. */
export const DATA_TYPE = {
  float: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  double: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
} as const

/** AttributeProto.AttributeType. */
export const ATTRIBUTE_TYPE = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  floats: 6,
  ints: 7,
  strings: 8,
} as const

const REPEATED = 'repeated '

/** A message type from `{ field: [number, type] }`. */
const message = (fields: Readonly<Record<string, readonly [number, string]>>) => ({
  fields: Object.fromEntries(
    Object.entries(fields).map(([name, [id, type]]) => [
      name,
      type.startsWith(REPEATED) ? { id, rule: 'repeated', type: type.slice(REPEATED.length) } : { id, type },
    ]),
  ),
})

const Model = protobuf.Root.fromJSON({
  nested: {
    ModelProto: message({
      irVersion: [1, 'int64'],
      producerName: [2, 'string'],
      producerVersion: [3, 'string'],
      domain: [4, 'string'],
      modelVersion: [5, 'int64'],
      docString: [6, 'string'],
      graph: [7, 'GraphProto'],
      opsetImport: [8, 'repeated OperatorSetIdProto'],
      metadataProps: [14, 'repeated StringStringEntryProto'],
    }),
    OperatorSetIdProto: message({ domain: [1, 'string'], version: [2, 'int64'] }),
    StringStringEntryProto: message({ key: [1, 'string'], value: [2, 'string'] }),
    GraphProto: message({
      node: [1, 'repeated NodeProto'],
      name: [2, 'string'],
      initializer: [5, 'repeated TensorProto'],
      docString: [10, 'string'],
      input: [11, 'repeated ValueInfoProto'],
      output: [12, 'repeated ValueInfoProto'],
      valueInfo: [13, 'repeated ValueInfoProto'],
    }),
    NodeProto: message({
      input: [1, 'repeated string'],
      output: [2, 'repeated string'],
      name: [3, 'string'],
      opType: [4, 'string'],
      attribute: [5, 'repeated AttributeProto'],
      docString: [6, 'string'],
      domain: [7, 'string'],
    }),
    AttributeProto: message({
      name: [1, 'string'],
      f: [2, 'float'],
      i: [3, 'int64'],
      s: [4, 'bytes'],
      t: [5, 'TensorProto'],
      floats: [7, 'repeated float'],
      ints: [8, 'repeated int64'],
      strings: [9, 'repeated bytes'],
      type: [20, 'int32'],
    }),
    TensorProto: message({
      dims: [1, 'repeated int64'],
      dataType: [2, 'int32'],
      floatData: [4, 'repeated float'],
      int32Data: [5, 'repeated int32'],
      int64Data: [7, 'repeated int64'],
      name: [8, 'string'],
      rawData: [9, 'bytes'],
      doubleData: [10, 'repeated double'],
      uint64Data: [11, 'repeated uint64'],
      externalData: [13, 'repeated StringStringEntryProto'],
      dataLocation: [14, 'int32'],
    }),
    ValueInfoProto: message({ name: [1, 'string'], type: [2, 'TypeProto'] }),
    TypeProto: message({ tensorType: [1, 'TensorTypeProto'] }),
    TensorTypeProto: message({ elemType: [1, 'int32'], shape: [2, 'TensorShapeProto'] }),
    TensorShapeProto: message({ dim: [1, 'repeated DimensionProto'] }),
    DimensionProto: message({ dimValue: [1, 'int64'], dimParam: [2, 'string'] }),
  },
})
  .resolveAll()
  .lookupType('ModelProto')

/** The model's bytes; equal models give equal bytes. */
export const encodeModel = (model: ModelProto): Uint8Array => Model.encode(model as object).finish()

/**
 * The model in `bytes`, with integers as numbers; absent fields are absent, repeated ones empty. Throws an Error if
 * the bytes are no model or ask for far more memory than they take.
 */
export function decodeModel(bytes: Uint8Array): ModelProto {
  checkBounds(bytes, Model)
  return Model.toObject(Model.decode(bytes), { longs: Number, arrays: true }) as ModelProto
}
