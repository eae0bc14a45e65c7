import { crc32, inflateRawSync } from 'node:zlib'
import { NetworkError, TandemError } from '../../errors.js'
import { createNetwork, type Network, parseStructure, type Weight, weightSpecs } from '../../network/index.js'
import { parseJson } from '../../parse-json.js'
import { SCHEMES, type SchemeName } from '../scheme.js'
import { AT, type Entry, type Header, MAGIC, MOST_JSON, VERSION } from './layout.js'
import { readTensor } from './read-tensor.js'

/** A network out of a packed file, and how it is quantized. */
export interface PackedNetwork {
  readonly network: Network
  readonly scheme: SchemeName
  readonly layers: readonly string[]
  readonly sizes: PackedSizes
}

/** Bytes of a packed file by what they hold. */
export interface PackedSizes {
  readonly file: number
  /** Structure, and where everything is. */
  readonly header: number
  /** Quantized kernels, and of these the scales of filters or how many terms they have. */
  readonly kernels: number
  readonly scales: number
  /** What stays float32. */
  readonly float32: number
}

/** Weights that any file may hold, and that a byte of a file may stand for: pruned filters take none. */
const FEW_VALUES = 2 ** 20
const VALUES_PER_BYTE = 64

type Fail = (problem: string) => never

/** Whether bytes begin as a packed file does. */
export const isPacked = (bytes: Uint8Array): boolean =>
  bytes.length >= MAGIC.length && Buffer.from(bytes.subarray(0, MAGIC.length)).toString('latin1') === MAGIC

/**
 * The network of a packed file. `source` names it in errors. No more memory is taken than 4 MiB of header and 256 bytes for each
 * byte of the file (or 4 MiB) of weights.
 * Throws NetworkError for a file that is truncated, damaged, of another version, or claims what it does not hold.
 */
export function readPacked(bytes: Uint8Array, source = 'network.packed'): PackedNetwork {
  const fail: Fail = problem => {
    throw new NetworkError(`${source}: ${problem}`)
  }
  const { header, tensors } = readHeader(bytes, fail)
  const network = named(() => parseStructure(JSON.stringify(header.structure), source), fail)
  const specs = weightSpecs(network)
  const values = specs.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0)
  if (!(values <= Math.max(FEW_VALUES, VALUES_PER_BYTE * bytes.length)))
    fail(`claims ${values} weights in ${bytes.length} bytes; it is damaged`)
  if (header.tensors.length !== specs.length)
    fail(`has ${header.tensors.length} tensors, and its network ${specs.length}; it is damaged`)

  let end = 0
  const sizes = {
    file: bytes.length,
    header: bytes.length - tensors.length,
    kernels: 0,
    scales: 0,
    float32: 0,
  }
  const layers: string[] = []
  const weights: Record<string, Weight> = {}
  for (const [i, { name, shape, layer, kind }] of specs.entries()) {
    const entry = checkedEntry(header.tensors[i], { name, offset: end, most: tensors.length }, fail)
    end += entry.bytes
    const own = tensors.subarray(entry.offset, end)
    const failed: Fail = problem => fail(`tensor "${name}": ${problem}`)
    if (entry.as !== 'float32' && kind !== 'kernel') failed('only kernels are quantized')
    weights[name] = readTensor(own, entry, shape, failed)
    if (entry.as === 'float32') sizes.float32 += own.length
    else {
      layers.push(layer)
      sizes.kernels += own.length
      sizes.scales += scaleBytes(entry) * shape.at(-1)!
    }
  }
  if (end !== tensors.length) fail(`${tensors.length - end} bytes at the end belong to no tensor`)
  return {
    network: named(() => createNetwork({ ...network, weights }), fail),
    scheme: header.scheme,
    layers,
    sizes,
  }
}

const scaleBytes = (entry: Entry): number =>
  entry.as === 'powers' ? 1 : entry.as === 'integers' || (entry.as === 'signs' && entry.scaled) ? 4 : 0

/** What JavaScript throws at odd content is damage, too. */
function named<T>(make: () => T, fail: Fail): T {
  try {
    return make()
  } catch (error) {
    if (error instanceof TandemError) throw error
    return fail(`is damaged: ${(error as Error).message}`)
  }
}

function readHeader(bytes: Uint8Array, fail: Fail): { header: Header; tensors: Uint8Array } {
  if (!isPacked(bytes)) fail('is not a packed network')
  if (bytes.length < AT.begin)
    fail(`is truncated: ${bytes.length} bytes, its beginning alone takes ${AT.begin}`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const at = (offset: number) => view.getUint32(offset, true)
  if (at(AT.version) !== VERSION)
    fail(`has version ${at(AT.version)} of the format, and this is ${VERSION}; read it with a newer Tandem`)
  if (crc32(bytes.subarray(AT.header)) !== at(AT.checksum))
    fail('has another checksum than it says: it is truncated or damaged; copy it again')
  const [length, size] = [at(AT.header), at(AT.json)]
  if (length > bytes.length - AT.begin) fail(`claims a header of ${length} bytes; it is truncated or damaged`)
  if (size > MOST_JSON) fail(`claims a header of ${size} bytes, and ${MOST_JSON} are the most`)
  const json = named(() => {
    const options = { maxOutputLength: Math.max(1, size) }
    return inflateRawSync(bytes.subarray(AT.begin, AT.begin + length), options)
  }, fail)
  if (json.length !== size) fail(`has a header of ${json.length} bytes, not ${size}; it is damaged`)
  const header = named(() => parseJson(json.toString('utf8')), fail)
  return { header: checkedHeader(header, fail), tensors: bytes.subarray(AT.begin + length) }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function checkedHeader(header: unknown, fail: Fail): Header {
  if (!isRecord(header) || !Array.isArray(header['tensors']))
    return fail('has no table of tensors; it is damaged')
  const { structure, scheme, tensors } = header
  if (!SCHEMES.includes(scheme as SchemeName))
    fail(`is of scheme ${JSON.stringify(scheme)}, which is not known`)
  return { structure, scheme: scheme as SchemeName, tensors: tensors as Entry[] }
}

/** Tensors stand in the order of weights, one behind the other. `readTensor` checks what else an entry says. */
function checkedEntry(
  entry: unknown,
  expected: { readonly name: string; readonly offset: number; readonly most: number },
  fail: Fail,
): Entry {
  const { name, offset, most } = expected
  if (!isRecord(entry) || entry['name'] !== name)
    return fail(`has no tensor "${name}" in its place; it is damaged`)
  const { bytes } = entry
  if (entry['offset'] !== offset) fail(`tensor "${name}" lies at ${entry['offset']}, not at ${offset}`)
  if (!Number.isSafeInteger(bytes) || (bytes as number) < 0 || offset + (bytes as number) > most)
    fail(`tensor "${name}" takes ${bytes} bytes, and the file ends before`)
  return entry as Entry
}
