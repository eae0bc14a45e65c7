import type { RandomStream } from '../../src/random.js'

/** What an input may grow to. */
export const MOST_BYTES = 100_000

/** Pieces of the languages that files are in. */
const PIECES = [
  ...[
    '[',
    ']',
    '{',
    '}',
    '"',
    "'",
    ':',
    ',',
    '\n',
    '\r\n',
    '\t',
    ' ',
    '\0',
    '\\',
    '#',
    '&a ',
    '*a',
    '!!binary ',
  ],
  ...[
    '<<: *a',
    '? ',
    '- ',
    '|\n',
    '>\n',
    '---\n',
    '...\n',
    '%YAML 1.1\n',
    '!!js/function ',
    '"__proto__":',
    '{}',
  ],
  ...[
    'null',
    'true',
    '-1',
    '1e999',
    '.nan',
    '.inf',
    '0x7fffffff',
    '99999999999999999999',
    '2**60',
    '\u{feff}',
  ],
  ...['../../outside', '/etc/passwd', 'a\0b', '(', ')', ';', '/*', '*/', '//', '\\\n', 'library', 'cell'],
].map(piece => new TextEncoder().encode(piece))

/** One change to bytes: bits, runs, a piece left out or put in, a length that lies. `other` is spliced in. */
export function mutateBytes(stream: RandomStream, bytes: Uint8Array, other: Uint8Array = bytes): Uint8Array {
  const { length } = bytes
  if (length === 0) return PIECES[stream.integer(PIECES.length)]!
  const at = stream.integer(length)
  const run = Math.min(length - at, 1 + stream.integer(2 ** stream.integer(10)))
  switch (stream.integer(10)) {
    case 0:
      return bytes.with(at, bytes[at]! ^ (1 << stream.integer(8)))
    case 1:
      return bytes.with(at, [0, 1, 0x7f, 0x80, 0xff, stream.integer(256)][stream.integer(6)]!)
    case 2:
      return Uint8Array.from(bytes).fill(stream.integer(256), at, at + run)
    case 3:
      return bytes.subarray(0, at)
    case 4:
      return joined(bytes.subarray(0, at), bytes.subarray(at + run))
    case 5:
      return joined(bytes.subarray(0, at), PIECES[stream.integer(PIECES.length)]!, bytes.subarray(at))
    case 6:
      return joined(bytes.subarray(0, at), other.subarray(stream.integer(other.length)))
    case 7: {
      const from = stream.integer(other.length)
      return joined(bytes.subarray(0, at), other.subarray(from, from + run), bytes.subarray(at))
    }
    case 8:
      return repeated(stream, bytes, at, run)
    default:
      return withLength(stream, bytes, at)
  }
}

/** A part over and over, up to the most that an input may be. */
function repeated(stream: RandomStream, bytes: Uint8Array, at: number, run: number): Uint8Array {
  const part = bytes.subarray(at, at + Math.min(run, 1 + stream.integer(64)))
  const room = Math.max(0, MOST_BYTES - bytes.length)
  const copies = Math.floor((room * stream.uniform() ** 2) / part.length)
  return joined(bytes.subarray(0, at), ...Array.from({ length: copies }, () => part), bytes.subarray(at))
}

const LENGTHS = [0n, 1n, 0x7fn, 0xffn, 0x7fffn, 0xffffn, 0x7fffffffn, 0xffffffffn, 1n << 53n, 1n << 60n, ~0n]

/** Four or eight bytes, of either order, as a length that is out of all proportion. */
function withLength(stream: RandomStream, bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  const value = LENGTHS[stream.integer(LENGTHS.length)]!
  const [size, little] = [stream.uniform() < 0.5 ? 4 : 8, stream.uniform() < 0.5]
  for (let i = 0; i < size && at + i < copy.length; i++)
    copy[at + i] = Number((value >> BigInt(8 * (little ? i : size - 1 - i))) & 0xffn)
  return copy
}

const joined = (...parts: readonly Uint8Array[]): Uint8Array =>
  new Uint8Array(Buffer.concat(parts)).subarray(0, MOST_BYTES)
