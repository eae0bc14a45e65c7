import { createHash } from 'node:crypto'
import { crc32, deflateRawSync, gunzipSync, gzipSync, inflateRawSync } from 'node:zlib'
import { parse } from 'yaml'
import { decodeModel, encodeModel, type ModelProto } from '../../src/network/formats/onnx/schema.js'
import { AT } from '../../src/quantize/packed/layout.js'
import { type Branch, branch, type Format, type Tree } from './tree.js'

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const bytesOf = (text: string) => new TextEncoder().encode(text)
const joined = (...parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts))
const part = (tree: Tree, name: string): Tree => (tree as Branch)[name] ?? null
const raw = (tree: Tree): Uint8Array => (tree instanceof Uint8Array ? tree : bytesOf(JSON.stringify(tree)))

export const json: Format = {
  open: bytes => JSON.parse(textOf(bytes)) as Tree,
  close: tree => bytesOf(JSON.stringify(tree)),
}

/** JSON is YAML, and quicker to write. */
export const yaml: Format = { open: bytes => parse(textOf(bytes)) as Tree, close: json.close }

/** Lines of JSON. */
export const ndjson: Format = {
  open: bytes =>
    textOf(bytes)
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Tree),
  close: tree => bytesOf((tree as readonly Tree[]).map(line => `${JSON.stringify(line)}\n`).join('')),
}

export const csv: Format = {
  open: bytes =>
    textOf(bytes)
      .trim()
      .split('\n')
      .map(line => line.split(',')),
  close: tree => bytesOf((tree as readonly Tree[][]).map(line => `${line.join(',')}\n`).join('')),
}

/** Fields of the messages, with names and sizes to be confused: what damage to bytes seldom gets to. */
export const onnx: Format = {
  open: bytes => decodeModel(bytes) as unknown as Tree,
  close: tree => encodeModel(tree as unknown as ModelProto),
}

/** What is inside of a gzip. */
export const gzip = (inner: Format = { open: bytes => bytes, close: raw }): Format => ({
  open: bytes => inner.open(new Uint8Array(gunzipSync(bytes))),
  close: tree => new Uint8Array(gzipSync(inner.close(tree))),
})

/** A header of its own length, and the values behind it. */
export const safetensors: Format = {
  open(bytes) {
    const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
    return branch([
      ['header', json.open(bytes.subarray(8, 8 + length))],
      ['values', bytes.subarray(8 + length)],
    ])
  },
  close(tree) {
    const header = json.close(part(tree, 'header'))
    const length = new Uint8Array(BigUint64Array.of(BigInt(header.length)).buffer)
    return joined(length, header, raw(part(tree, 'values')))
  },
}

/** Header and tensors of a packed network, under a checksum that is right. */
export const packed: Format = {
  open(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset)
    const end = AT.begin + view.getUint32(AT.header, true)
    return branch([
      ['header', json.open(new Uint8Array(inflateRawSync(bytes.subarray(AT.begin, end))))],
      ['tensors', bytes.subarray(end)],
      ['start', bytes.subarray(0, AT.checksum)],
    ])
  },
  close(tree) {
    const text = json.close(part(tree, 'header'))
    const header = new Uint8Array(deflateRawSync(text))
    const sizes = new Uint8Array(Uint32Array.of(header.length, text.length).buffer)
    const rest = joined(sizes, header, raw(part(tree, 'tensors')))
    return joined(raw(part(tree, 'start')), new Uint8Array(Uint32Array.of(crc32(rest)).buffer), rest)
  },
}

/** What a checkpoint holds, under a checksum that is right. */
export const checkpoint: Format = {
  open: bytes => (json.open(bytes) as Branch)['body']!,
  close(tree) {
    const body = JSON.stringify(tree)
    return bytesOf(`{"sha256":"${createHash('sha256').update(body).digest('hex')}","body":${body}}\n`)
  },
}

/** Chunks of a PNG, under checksums that are right. */
export const png: Format = {
  open(bytes) {
    const chunks: Tree[] = []
    for (let at = 8; at < bytes.length; ) {
      const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(at)
      const data = bytes.subarray(at + 8, at + 8 + length)
      chunks.push({ type: Buffer.from(bytes.subarray(at + 4, at + 8)).toString('latin1'), data })
      at += 12 + length
    }
    return chunks
  },
  close(tree) {
    const parts = (tree as readonly Tree[]).map(chunk => {
      const [type, data] = [
        Buffer.from(String(part(chunk, 'type')), 'latin1').subarray(0, 4),
        raw(part(chunk, 'data')),
      ]
      const frame = Buffer.alloc(8)
      frame.writeUInt32BE(data.length)
      frame.writeUInt32BE(crc32(Buffer.concat([type, data])), 4)
      return Buffer.concat([frame.subarray(0, 4), type, data, frame.subarray(4)])
    })
    return joined(Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10), ...parts)
  },
}
