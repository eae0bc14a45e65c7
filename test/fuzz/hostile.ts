import { gzipSync } from 'node:zlib'
import { MOST_BYTES } from './mutate.js'

const bytes = (text: string) => new TextEncoder().encode(text)
const filled = (text: string) => text.repeat(Math.floor(MOST_BYTES / text.length))
const keys = (most: number, entry: (i: number) => string) =>
  Array.from({ length: most }, (_, i) => entry(i)).join('')

/** Ten lists of ten of the list before: 10^10 values, were they written out. */
const laughs = `a0: &a0 [x]\n${keys(10, i => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(', ')}]\n`)}`

/** Files that no damage makes, only somebody who wants to: each reader is given all of them. */
export const hostile = (): readonly Uint8Array[] => (made ??= make())

let made: readonly Uint8Array[] | undefined

const make = (): readonly Uint8Array[] => [
  new Uint8Array(),
  new Uint8Array(MOST_BYTES),
  new Uint8Array(MOST_BYTES).fill(0xff),
  ...[
    '[',
    '{"a":',
    '{',
    '- ',
    '? ',
    '(',
    '!',
    '"',
    '\n',
    ',',
    'a',
    '&a [',
    '[*a,',
    '>',
    '%',
    '/*',
    '\\',
    "'",
  ].map(part => bytes(filled(part))),
  bytes(`[${filled('[],')}0]`),
  bytes(`[${filled('{},')}0]`),
  bytes(`{${keys(7000, i => `"k${i}": ${i}, `)}"z": 0}`),
  bytes(keys(8000, i => `k${i}: ${i}\n`)),
  bytes(keys(7000, i => `- k${i}: {}\n`)),
  bytes(`{${filled('"a":0,')}"a":0}`),
  bytes(`a: &a {x: 1}\nb:\n${keys(5000, () => '  <<: *a\n')}`),
  bytes(`a: &a 1\nb: [${filled('*a,')}]`),
  bytes(laughs),
  bytes('a: &a [*a]\n'),
  bytes('{"__proto__": {"schema": 1}, "constructor": {"prototype": {}}}'),
  bytes('\u{feff}{}'),
  bytes('null'),
  bytes('[]'),
  bytes('{}'),
  bytes('"text"'),
  bytes(filled('9')),
  bytes(filled('a,b,c\n')),
  bytes(`library (x) {${filled('a(b){')}`),
  bytes(`library (x) {${filled('a:b;')}}`),
  bytes(`library (x) { cell (c) { pin (p) { direction: output; function: "${'('.repeat(50_000)}a"; } } }`),
  bytes(`library (x) { cell (c) { pin (p) { direction: output; function: "${'!'.repeat(50_000)}a"; } } }`),
  // A bomb: 30 MB of zeros in 30 kB.
  new Uint8Array(gzipSync(new Uint8Array(30_000_000), { level: 9 })),
  // Length-delimited fields within each other, as deep as they go.
  Uint8Array.from({ length: 30_000 }, (_, i) => [0x3a, 0xff, 0x7f][i % 3]!),
  nestedFields(0x3a, 5000),
  nestedFields(0x2a, 5000),
]

/** A protobuf field in a field, `depth` of them. */
function nestedFields(tag: number, depth: number): Uint8Array {
  let inner = Buffer.alloc(0)
  for (let i = 0; i < depth && inner.length < MOST_BYTES; i++) {
    const length =
      inner.length < 128 ? [inner.length] : [(inner.length & 0x7f) | 0x80, (inner.length >> 7) & 0x7f]
    if (inner.length >= 2 ** 14) break
    inner = Buffer.concat([Buffer.from([tag, ...length]), inner])
  }
  return new Uint8Array(inner)
}
