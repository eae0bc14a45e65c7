import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InputError } from '../../src/errors.js'
import { readSafetensors, writeSafetensors } from '../../src/network/index.js'

const weight = (...shape: number[]) => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i / 3),
})

/** A file with any header and `values` bytes of values. */
function file(header: unknown, values = 0): Uint8Array {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(json.length))
  return Buffer.concat([length, json, Buffer.alloc(values)])
}
const tensor = (shape: unknown, data_offsets: unknown, dtype: unknown = 'F32') => ({
  dtype,
  shape,
  data_offsets,
})

test('what is written is read back, bit by bit', () => {
  const tensors = fc.dictionary(
    fc.string().filter(name => name !== '__metadata__'),
    fc.array(fc.nat(3), { maxLength: 4 }).chain(shape =>
      fc
        .float32Array({
          minLength: shape.reduce((a, b) => a * b, 1),
          maxLength: shape.reduce((a, b) => a * b, 1),
        })
        .map(data => ({ shape, data })),
    ),
  )
  fc.assert(
    fc.property(tensors, fc.dictionary(fc.string(), fc.string()), (written, metadata) => {
      const read = readSafetensors(writeSafetensors(written, metadata))
      expect(Object.keys(read.tensors).sort()).toEqual(Object.keys(written).sort())
      for (const [name, { shape, data }] of Object.entries(written)) {
        expect(read.tensors[name]!.shape).toEqual(shape)
        expect(Buffer.from(read.tensors[name]!.data.buffer)).toEqual(Buffer.from(data.buffer))
      }
      expect({ ...read.metadata }).toEqual({ ...metadata })
    }),
    { numRuns: 100, seed: 1 },
  )
})

test('the layout is the published one', () => {
  const bytes = writeSafetensors({ b: weight(1), a: weight(2, 1) }, { format: 'pt' })
  const length = Number(Buffer.from(bytes).readBigUInt64LE(0))
  expect(length % 8).toBe(0)
  expect(JSON.parse(Buffer.from(bytes.subarray(8, 8 + length)).toString())).toEqual({
    __metadata__: { format: 'pt' },
    a: { dtype: 'F32', shape: [2, 1], data_offsets: [0, 8] },
    b: { dtype: 'F32', shape: [1], data_offsets: [8, 12] },
  })
})

test('equal tensors give equal bytes in whatever order they come', () => {
  expect(writeSafetensors({ b: weight(1), a: weight(2) })).toEqual(
    writeSafetensors({ a: weight(2), b: weight(1) }),
  )
})

test('tensors are read from a view that does not start at the buffer’s beginning', () => {
  const bytes = writeSafetensors({ a: weight(3) })
  const shifted = new Uint8Array(bytes.length + 3)
  shifted.set(bytes, 3)
  expect(readSafetensors(shifted.subarray(3)).tensors['a']).toEqual(weight(3))
})

describe('a tensor that cannot be written is refused', () => {
  test.each([
    [
      'values that do not fill the shape',
      { a: { shape: [2], data: new Float32Array(3) } },
      /"a" has shape \[2\] but 3/,
    ],
    ['the reserved name', { __metadata__: weight(1) }, /cannot be named "__metadata__"/],
  ])('%s', (_, tensors, message) => {
    expect(() => writeSafetensors(tensors as never)).toThrow(message)
  })
})

describe('a damaged or hostile file is refused, naming the file and the tensor', () => {
  const huge = Buffer.alloc(16)
  huge.writeBigUInt64LE(2n ** 63n)
  const cases: readonly [string, Uint8Array, RegExp][] = [
    ['an empty file', new Uint8Array(0), /truncated: 0 bytes/],
    ['a file of 7 bytes', new Uint8Array(7), /truncated: 7 bytes/],
    ['a header length beyond the file', huge, /header of 9223372036854776000 bytes in a file of 16/],
    [
      'a cut header',
      writeSafetensors({ a: weight(3) }).subarray(0, 30),
      /header of \d+ bytes in a file of 30/,
    ],
    [
      'cut values',
      writeSafetensors({ a: weight(3) }).slice(0, -1),
      /"a" lies at bytes 0 to 12, the file holds 11/,
    ],
    ['a header that is not JSON', file('{"a"'), /its header is not JSON/],
    ['a header that is not text', file('\u0000'), /its header is not JSON/],
    ['a header that is a list', file([]), /its header is not a JSON object/],
    ['no description', file({ a: 3 }), /tensor "a" has no description/],
    [
      'another type',
      file({ a: tensor([1], [0, 2], 'F16') }, 2),
      /"a" is F16, only F32 can be read; convert it/,
    ],
    ['no type', file({ a: { shape: [1], data_offsets: [0, 4] } }, 4), /"a" is undefined, only F32/],
    ['no shape', file({ a: tensor(undefined, [0, 4]) }, 4), /"a" has no valid shape/],
    ['a negative size', file({ a: tensor([-1], [0, 4]) }, 4), /"a" has no valid shape/],
    ['half an offset', file({ a: tensor([1], [0.5, 4]) }, 4), /"a" has no valid data_offsets/],
    ['one offset', file({ a: tensor([1], [0]) }, 4), /"a" has no valid data_offsets/],
    ['offsets in reverse', file({ a: tensor([0], [4, 0]) }, 4), /"a" lies at bytes 4 to 0/],
    [
      'offsets beyond the file',
      file({ a: tensor([2], [0, 8]) }, 4),
      /"a" lies at bytes 0 to 8, the file holds 4/,
    ],
    [
      'a shape that does not match',
      file({ a: tensor([3], [0, 4]) }, 4),
      /"a" of shape \[3\] needs 12 bytes, got 4/,
    ],
    [
      'a shape whose size overflows',
      file({ a: tensor([2 ** 40, 2 ** 40], [0, 4]) }, 4),
      /"a" of shape .* needs 4.8\S+e\+24 bytes, got 4/,
    ],
    [
      'an overlap',
      file({ a: tensor([2], [0, 8]), b: tensor([2], [4, 12]) }, 12),
      /tensor "b" overlaps the one before it/,
    ],
    ['a gap', file({ a: tensor([1], [4, 8]) }, 8), /bytes 0 to 4 of the values belong to no tensor/],
    ['a tail', file({ a: tensor([1], [0, 4]) }, 9), /5 bytes at the end belong to no tensor/],
    ['metadata that is not text', file({ __metadata__: { a: 1 } }), /__metadata__ must map names to text/],
  ]
  test.each(cases)('%s', (_, bytes, message) => {
    expect(() => readSafetensors(bytes, 'weights.safetensors')).toThrow(InputError)
    expect(() => readSafetensors(bytes, 'weights.safetensors')).toThrow(message)
    expect(() => readSafetensors(bytes, 'weights.safetensors')).toThrow(/^weights\.safetensors: /)
  })

  test('any cut or changed byte is either refused or read, never worse', () => {
    const good = writeSafetensors({ a: weight(2, 2), b: weight(3) }, { k: 'v' })
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (at, value, cut) => {
        const bytes = good.slice(0, Math.max(cut, 1))
        bytes[at % bytes.length] = value
        try {
          readSafetensors(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(InputError)
        }
      }),
      { numRuns: 500, seed: 1 },
    )
  })

  test('a tensor named __proto__ is only a name', () => {
    const { tensors } = readSafetensors(
      file('{"__proto__":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}', 4),
    )
    expect(Object.keys(tensors)).toEqual(['__proto__'])
    expect(({} as Record<string, unknown>)['shape']).toBeUndefined()
  })
})
