import { InputError } from '../../errors.js'
import { parseJson } from '../../parse-json.js'
import type { Weight } from '../network.js'
import { bytesToFloats, floatBytes } from './bytes.js'

export type Tensors = Readonly<Record<string, Weight>>
export type Metadata = Readonly<Record<string, string>>

const METADATA = '__metadata__'

const volume = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1)

/**
 * Named float32 tensors as a safetensors file: 8 bytes header length (u64, little-endian), JSON header padded
 * to 8 bytes with spaces, values. Tensors are ordered by name, so that equal content gives equal bytes.
 * Throws InputError for a tensor whose values do not fill its shape or whose name is reserved.
 */
export function writeSafetensors(tensors: Tensors, metadata: Metadata = {}): Uint8Array {
  const names = Object.keys(tensors).sort()
  const entries: [string, unknown][] = Object.keys(metadata).length > 0 ? [[METADATA, metadata]] : []
  let end = 0
  for (const name of names) {
    const { shape, data } = tensors[name]!
    if (name === METADATA)
      throw new InputError(`safetensors: a tensor cannot be named "${METADATA}"; rename it`)
    if (volume(shape) !== data.length)
      throw new InputError(
        `safetensors: tensor "${name}" has shape [${shape}] but ${data.length} values; it needs ${volume(shape)}`,
      )
    const begin = end
    end += data.byteLength
    entries.push([name, { dtype: 'F32', shape, data_offsets: [begin, end] }])
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)))
  const header = Math.ceil(json.length / 8) * 8
  const bytes = new Uint8Array(8 + header + end)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header), true)
  bytes.fill(0x20, 8, 8 + header)
  bytes.set(json, 8)
  let at = 8 + header
  for (const name of names) {
    bytes.set(floatBytes(tensors[name]!.data), at)
    at += tensors[name]!.data.byteLength
  }
  return bytes
}

/**
 * The tensors and metadata of a safetensors file; values are copied. `source` names it in errors.
 * Throws InputError if the file is truncated, its header is no valid JSON or claims what the file does not
 * hold (shapes, offsets, overlaps, gaps), or a tensor is not F32.
 */
export function readSafetensors(
  bytes: Uint8Array,
  source = 'safetensors',
): { readonly tensors: Tensors; readonly metadata: Metadata } {
  const fail = (problem: string): never => {
    throw new InputError(`${source}: ${problem}`)
  }
  if (bytes.length < 8) fail(`truncated: ${bytes.length} bytes, the header length alone takes 8`)
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  if (length > bytes.length - 8)
    fail(`header of ${length} bytes in a file of ${bytes.length}; it is truncated or no safetensors file`)
  const header = parseHeader(bytes.subarray(8, 8 + length), fail)
  const values = bytes.subarray(8 + length)

  const found = Object.entries(header)
    .filter(([name]) => name !== METADATA)
    .map(([name, entry]) => ({ name, ...checkedEntry(name, entry, values.length, fail) }))
  let end = 0
  for (const tensor of found.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (tensor.begin < end) fail(`tensor "${tensor.name}" overlaps the one before it`)
    if (tensor.begin > end) fail(`bytes ${end} to ${tensor.begin} of the values belong to no tensor`)
    end = tensor.end
  }
  if (end !== values.length) fail(`${values.length - end} bytes at the end belong to no tensor`)

  const tensors = found.map(({ name, shape, begin, end }): [string, Weight] => [
    name,
    { shape, data: bytesToFloats(values.subarray(begin, end)) },
  ])
  return { tensors: Object.fromEntries(tensors), metadata: checkedMetadata(header[METADATA], fail) }
}

type Fail = (problem: string) => never

function parseHeader(bytes: Uint8Array, fail: Fail): Record<string, unknown> {
  let header: unknown
  try {
    header = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    fail(`its header is not JSON (${(error as Error).message})`)
  }
  return isRecord(header) ? header : fail('its header is not a JSON object')
}

function checkedEntry(name: string, entry: unknown, available: number, fail: Fail) {
  if (!isRecord(entry)) return fail(`tensor "${name}" has no description`)
  const { dtype, shape, data_offsets: offsets } = entry
  if (dtype !== 'F32') return fail(`tensor "${name}" is ${dtype}, only F32 can be read; convert it first`)
  if (!isSizes(shape)) return fail(`tensor "${name}" has no valid shape`)
  if (!isSizes(offsets) || offsets.length !== 2) return fail(`tensor "${name}" has no valid data_offsets`)
  const [begin, end] = offsets as [number, number]
  if (begin > end || end > available)
    return fail(`tensor "${name}" lies at bytes ${begin} to ${end}, the file holds ${available}`)
  if (volume(shape) * 4 !== end - begin)
    return fail(`tensor "${name}" of shape [${shape}] needs ${volume(shape) * 4} bytes, got ${end - begin}`)
  return { shape, begin, end }
}

function checkedMetadata(metadata: unknown, fail: Fail): Metadata {
  if (metadata === undefined) return {}
  if (!isRecord(metadata) || !Object.values(metadata).every(value => typeof value === 'string'))
    return fail(`${METADATA} must map names to text`)
  return metadata as Metadata
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isSizes = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every(size => Number.isSafeInteger(size) && size >= 0)
