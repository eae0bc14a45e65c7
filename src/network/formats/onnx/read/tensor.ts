import { InputError } from '../../../../errors.js'
import { bytesToFloats, halfToFloat } from '../../bytes.js'
import { DATA_TYPE, type TensorProto } from '../schema.js'
import { type Constant, volume } from './constant.js'

interface Reader {
  readonly bytes: number
  readonly type: Constant['type']
  readonly at: (view: DataView, offset: number) => number
  /** The value behind a number of `int32Data`, where the type is stored as such. */
  readonly ofInt32?: (bits: number) => number
  readonly bits?: number
}

const integer = (bytes: number, at: Reader['at']): Reader => ({ bytes, type: 'integer', at })
const signed = (bytes: number, at: Reader['at']): Reader => ({ ...integer(bytes, at), bits: 8 * bytes })
const FLOAT16: Reader = {
  bytes: 2,
  type: 'float',
  at: (view, offset) => halfToFloat(view.getUint16(offset, true)),
  ofInt32: bits => halfToFloat(bits & 0xffff),
}
const BFLOAT16: Reader = {
  bytes: 2,
  type: 'float',
  at: (view, offset) => brain(view.getUint16(offset, true)),
  ofInt32: bits => brain(bits & 0xffff),
}

const readers: Readonly<Record<number, Reader>> = {
  [DATA_TYPE.float]: { bytes: 4, type: 'float', at: (view, offset) => view.getFloat32(offset, true) },
  [DATA_TYPE.uint8]: integer(1, (view, offset) => view.getUint8(offset)),
  [DATA_TYPE.int8]: signed(1, (view, offset) => view.getInt8(offset)),
  [DATA_TYPE.uint16]: integer(2, (view, offset) => view.getUint16(offset, true)),
  [DATA_TYPE.int16]: signed(2, (view, offset) => view.getInt16(offset, true)),
  [DATA_TYPE.int32]: signed(4, (view, offset) => view.getInt32(offset, true)),
  [DATA_TYPE.int64]: signed(8, (view, offset) => Number(view.getBigInt64(offset, true))),
  [DATA_TYPE.bool]: { bytes: 1, type: 'boolean', at: (view, offset) => Number(view.getUint8(offset) !== 0) },
  [DATA_TYPE.float16]: FLOAT16,
  [DATA_TYPE.double]: { bytes: 8, type: 'float', at: (view, offset) => view.getFloat64(offset, true) },
  [DATA_TYPE.uint32]: integer(4, (view, offset) => view.getUint32(offset, true)),
  [DATA_TYPE.uint64]: integer(8, (view, offset) => Number(view.getBigUint64(offset, true))),
  [DATA_TYPE.bfloat16]: BFLOAT16,
}

/** What a number of `int32Data` says of a value of `type`; also how a cast rounds. */
export const typeOfData = (dataType: number): Constant['type'] | undefined => readers[dataType]?.type

/** Bytes of a tensor that lie outside the file: those of `location` from `offset` on. */
export type External = (location: string, offset: number, length: number | undefined) => Uint8Array

/**
 * The values of a tensor; float16, bfloat16 and double become float32 where a layer takes them.
 * Throws InputError naming the tensor if its type is not numeric or its values do not fill its shape.
 */
export function readTensor(tensor: TensorProto, name: string, external: External): Constant {
  const { dims, dataType } = tensor
  const fail = (problem: string): never => {
    throw new InputError(`tensor "${name}": ${problem}`)
  }
  const reader = readers[dataType] ?? fail(`is of ONNX data type ${dataType}, which is not a number`)
  const length = volume(dims)
  if (!dims.every(size => Number.isSafeInteger(size) && size >= 0) || !Number.isSafeInteger(length))
    fail(`has the shape [${dims}], which cannot be`)
  const result = (data: Constant['data']): Constant => {
    if (data.length !== length)
      fail(`has shape [${dims}] but ${data.length} values, not ${length}; the file is damaged`)
    const { type, bits } = reader
    return { kind: 'constant', name, dims, type, data, ...(bits !== undefined && { bits }) }
  }
  const bytes = tensor.dataLocation === 1 ? externalBytes(tensor, external, fail) : tensor.rawData
  if (bytes === undefined || (bytes.length === 0 && tensor.dataLocation !== 1))
    return result(typed(tensor, reader))
  if (bytes.length !== length * reader.bytes)
    fail(`of shape [${dims}] needs ${length * reader.bytes} bytes, got ${bytes.length}; the file is damaged`)
  if (dataType === DATA_TYPE.float) return result(bytesToFloats(bytes))
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return result(Float64Array.from({ length }, (_, index) => reader.at(view, index * reader.bytes)))
}

/** Values in the field of their type instead of as bytes. */
function typed(tensor: TensorProto, { ofInt32 }: Reader): Constant['data'] {
  const { floatData = [], int32Data = [], int64Data = [], doubleData = [], uint64Data = [] } = tensor
  if (tensor.dataType === DATA_TYPE.float) return Float32Array.from(floatData)
  const whole = [int32Data, int64Data, doubleData, uint64Data].find(values => values.length > 0) ?? []
  return Float64Array.from(whole, value => ofInt32?.(value) ?? value)
}

function externalBytes(
  tensor: TensorProto,
  external: External,
  fail: (problem: string) => never,
): Uint8Array {
  const entries = new Map(tensor.externalData?.map(({ key, value }) => [key, value]))
  const number = (key: string): number | undefined => {
    const value = entries.get(key)
    if (value === undefined) return undefined
    return /^\d{1,15}$/.test(value) ? Number(value) : fail(`its external data has the ${key} "${value}"`)
  }
  const location =
    entries.get('location') ?? fail('its values lie outside the file, but it does not say where')
  return external(location, number('offset') ?? 0, number('length'))
}

/** The upper half of a float32. */
function brain(bits: number): number {
  const view = new DataView(new ArrayBuffer(4))
  view.setUint32(0, bits << 16)
  return view.getFloat32(0)
}
