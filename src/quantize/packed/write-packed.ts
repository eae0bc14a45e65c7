import { crc32, deflateRawSync } from 'node:zlib'
import { NetworkError } from '../../errors.js'
import { floatBytes, type Network, structureJson, type Weight, weightSpecs } from '../../network/index.js'
import type { Quantization } from '../integer/integer-network.js'
import { kernelCodes } from '../integer/kernel-codes.js'
import { kernelOf } from '../quantize-kernels.js'
import type { SchemeName } from '../scheme.js'
import { packBits } from './bit-stream.js'
import { AT, type Entry, type Form, type Header, MAGIC, VERSION } from './layout.js'

interface Tensor {
  readonly form: Form
  readonly parts: readonly Uint8Array[]
}

/**
 * A quantized network in as many bits as its weights have: `layout.ts` says where what is. `readPacked` gives the same
 * float32 network back, bit for bit.
 * Throws NetworkError for a network without weights, and where those of a layer are not on the scheme's grid.
 */
export function writePacked(network: Network, { scheme, layers }: Quantization): Uint8Array {
  const { weights } = network
  if (Object.keys(weights).length === 0)
    throw new NetworkError(`${network.name}: has no weights; only a network that has them can be packed`)
  const quantized = new Map(layers.map(layer => [kernelOf(layer), layer]))
  const entries: Entry[] = []
  const parts: Uint8Array[] = []
  let offset = 0
  for (const { name } of weightSpecs(network)) {
    const layer = quantized.get(name)
    const own = layer === undefined ? floats(weights[name]!) : codes(layer, weights[name]!, scheme)
    const bytes = own.parts.reduce((sum, part) => sum + part.length, 0)
    entries.push({ name, ...own.form, offset, bytes })
    parts.push(...own.parts)
    offset += bytes
  }
  return file({ structure: JSON.parse(structureJson(network)), scheme, tensors: entries }, parts)
}

const floats = ({ data }: Weight): Tensor => ({ form: { as: 'float32' }, parts: [floatBytes(data)] })

function codes(layer: string, kernel: Weight, scheme: SchemeName): Tensor {
  const codes = kernelCodes(layer, kernel, scheme)
  if (codes.kind === 'powers') {
    const { exponent, terms } = codes
    return { form: { as: 'powers', exponent }, parts: [terms, packBits(codes.codes, 4)] }
  }
  if (codes.kind === 'signs') {
    const scaled = scheme !== 'binary'
    const bits = packBits(codes.negative, 1)
    return {
      form: { as: 'signs', scaled },
      parts: scaled ? [floatBytes(codes.scales), bits] : [bits],
    }
  }
  const bits = codes.bits as 4 | 8 | 16
  const most = 2 ** bits
  const numbers = Uint16Array.from(codes.integers, q => (Object.is(q, -0) ? most / 2 : q < 0 ? q + most : q))
  return { form: { as: 'integers', bits }, parts: [floatBytes(codes.scales), packBits(numbers, bits)] }
}

function file(header: Header, parts: readonly Uint8Array[]): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header))
  const packed = deflateRawSync(json, { level: 9 })
  const start = new Uint8Array(AT.begin)
  const bytes = new Uint8Array(Buffer.concat([start, packed, ...parts]))
  bytes.set(new TextEncoder().encode(MAGIC))
  const view = new DataView(bytes.buffer)
  view.setUint32(AT.version, VERSION, true)
  view.setUint32(AT.header, packed.length, true)
  view.setUint32(AT.json, json.length, true)
  view.setUint32(AT.checksum, crc32(bytes.subarray(AT.header)), true)
  return bytes
}
