import protobuf from 'protobufjs/light.js'

/** TensorFlow's data types that a step can hold, by their numbers in protocol buffers. */
export const DATA_TYPE = { float: 1, int32: 3, bool: 10, bfloat16: 14, resource: 20 } as const

export type DataType = (typeof DATA_TYPE)[keyof typeof DATA_TYPE]

interface ShapeProto {
  readonly dim: readonly { readonly size: number }[]
}

export interface TensorProto {
  readonly dtype: number
  readonly tensorShape: ShapeProto
  /** The elements' bytes, row-major. */
  readonly tensorContent: Uint8Array
}

/** An attribute: one of its fields is set. */
export interface AttrValue {
  readonly s?: Uint8Array
  readonly i?: number
  readonly f?: number
  readonly b?: boolean
  readonly type?: number
  readonly shape?: ShapeProto
  readonly tensor?: TensorProto
  readonly list?: {
    readonly i?: readonly number[]
    readonly f?: readonly number[]
    readonly b?: readonly boolean[]
    readonly type?: readonly number[]
  }
}

/** A node of a graph. Inputs are `node`, `node:output` or, for an order without data, `^node`. */
export interface NodeDef {
  readonly name: string
  readonly op: string
  readonly input: readonly string[]
  readonly attr: Readonly<Record<string, AttrValue>>
}

export const shapeProto = (shape: readonly number[]): ShapeProto => ({ dim: shape.map(size => ({ size })) })

const schema = {
  nested: {
    SavedModel: {
      fields: {
        savedModelSchemaVersion: { id: 1, type: 'int64' },
        metaGraphs: { id: 2, rule: 'repeated', type: 'MetaGraphDef' },
      },
    },
    MetaGraphDef: {
      fields: { metaInfoDef: { id: 1, type: 'MetaInfoDef' }, graphDef: { id: 2, type: 'GraphDef' } },
    },
    MetaInfoDef: { fields: { tags: { id: 4, rule: 'repeated', type: 'string' } } },
    GraphDef: {
      fields: {
        node: { id: 1, rule: 'repeated', type: 'NodeDef' },
        versions: { id: 4, type: 'VersionDef' },
      },
    },
    VersionDef: { fields: { producer: { id: 1, type: 'int32' }, minConsumer: { id: 2, type: 'int32' } } },
    NodeDef: {
      fields: {
        name: { id: 1, type: 'string' },
        op: { id: 2, type: 'string' },
        input: { id: 3, rule: 'repeated', type: 'string' },
        device: { id: 4, type: 'string' },
        attr: { id: 5, keyType: 'string', type: 'AttrValue' },
      },
    },
    AttrValue: {
      oneofs: { value: { oneof: ['list', 's', 'i', 'f', 'b', 'type', 'shape', 'tensor'] } },
      fields: {
        list: { id: 1, type: 'ListValue' },
        s: { id: 2, type: 'bytes' },
        i: { id: 3, type: 'int64' },
        f: { id: 4, type: 'float' },
        b: { id: 5, type: 'bool' },
        type: { id: 6, type: 'int32' },
        shape: { id: 7, type: 'TensorShapeProto' },
        tensor: { id: 8, type: 'TensorProto' },
      },
    },
    ListValue: {
      fields: {
        s: { id: 2, rule: 'repeated', type: 'bytes' },
        i: { id: 3, rule: 'repeated', type: 'int64' },
        f: { id: 4, rule: 'repeated', type: 'float' },
        b: { id: 5, rule: 'repeated', type: 'bool' },
        type: { id: 6, rule: 'repeated', type: 'int32' },
      },
    },
    TensorShapeProto: { fields: { dim: { id: 2, rule: 'repeated', type: 'Dim' } } },
    Dim: { fields: { size: { id: 1, type: 'int64' } } },
    TensorProto: {
      fields: {
        dtype: { id: 1, type: 'int32' },
        tensorShape: { id: 2, type: 'TensorShapeProto' },
        tensorContent: { id: 4, type: 'bytes' },
      },
    },
  },
}
const SavedModel = protobuf.Root.fromJSON(schema as protobuf.INamespace).lookupType('SavedModel')

/** The tag under which a graph is saved and loaded. */
export const TAG = 'serve'

/** The bytes of a `saved_model.pb` that holds one graph. Equal graphs give equal bytes. */
export const encodeSavedModel = (nodes: readonly NodeDef[]): Uint8Array =>
  SavedModel.encode({
    savedModelSchemaVersion: 1,
    metaGraphs: [
      {
        metaInfoDef: { tags: [TAG] },
        graphDef: { node: nodes, versions: { producer: 1286, minConsumer: 12 } },
      },
    ],
  }).finish()
