import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NetworkError } from '../../src/errors.js'
import { createNetwork, graph, initialize, type Network, readOnnx } from '../../src/network/index.js'
import {
  isPacked,
  type Quantization,
  readPacked,
  SCHEMES,
  type SchemeName,
  schemes,
  writePacked,
} from '../../src/quantize/index.js'
import { packBits, unpackBits } from '../../src/quantize/packed/bit-stream.js'
import { random } from '../../src/random.js'
import { missingShared, needsShared, quantizedBy, sharedModel } from './quantized-networks.js'
import { noise, smallNetwork, tinyResnet } from './small.js'

const bitsOf = ({ weights }: Network) =>
  Object.entries(weights).map(([name, { shape, data }]) => [
    name,
    shape,
    new Uint32Array(data.slice().buffer),
  ])

const quantized = (scheme: SchemeName, network = smallNetwork()) =>
  quantizedBy(scheme, network, noise(network, 12, 1))
const packed = (own: Quantization & { readonly network: Network }) => writePacked(own.network, own)

describe.each(SCHEMES)('a packed network of %s', scheme => {
  it.each([
    ['with a depthwise convolution', smallNetwork],
    ['with shortcuts', () => initialize(tinyResnet(), 2)],
  ])('%s comes back bit for bit', (_, make) => {
    const own = quantized(scheme, make())
    const bytes = packed(own)
    const { network, ...rest } = readPacked(bytes)
    expect(network.layers).toEqual(own.network.layers)
    expect(network).toEqual(own.network)
    expect(bitsOf(network)).toEqual(bitsOf(own.network))
    expect(rest).toMatchObject({ scheme, layers: own.layers })
    expect(writePacked(network, rest)).toEqual(bytes)
  })

  it('takes the bits of the scheme for its kernels, and says what takes the rest', () => {
    const own = quantized(scheme)
    const { sizes, layers } = readPacked(packed(own))
    const kernels = layers.map(layer => own.network.weights[`${layer}/kernel`]!)
    const codes = kernels.reduce((sum, kernel) => sum + Math.ceil(schemes[scheme].bits(kernel) / 8), 0)
    // A filter that needs no second term anywhere has none: for lightnn-2 less than its bits.
    if (scheme === 'lightnn-2') expect(sizes.kernels - sizes.scales).toBeLessThanOrEqual(codes)
    else expect(sizes.kernels - sizes.scales).toBe(codes)
    const filters = kernels.reduce((sum, { shape }) => sum + shape.at(-1)!, 0)
    const each = schemes[scheme].terms ? 1 : scheme === 'binary' ? 0 : 4
    expect(sizes.scales).toBe(each * filters)
    expect(sizes.header + sizes.kernels + sizes.float32).toBe(sizes.file)
  })
})

it('keeps odd values: −0, pruned filters, and float32 numbers that are none', () => {
  const net = graph('odd', [3])
  net.dense(net.dense(net.input, { name: 'first', units: 2 }), { name: 'last', units: 2 })
  const floats = Float32Array.from([Number.NaN, Number.NEGATIVE_INFINITY, -0, 1e-45])
  const make = (kernel: readonly number[]) =>
    createNetwork({
      ...net.finish(),
      weights: {
        'first/kernel': { shape: [3, 2], data: Float32Array.from(kernel) },
        'first/bias': { shape: [2], data: floats.slice(0, 2) },
        'last/kernel': { shape: [2, 2], data: floats },
        'last/bias': { shape: [2], data: floats.slice(2) },
      },
    })
  const kernels: readonly (readonly [SchemeName, readonly number[]])[] = [
    ['int8x4', [7, -0, -7, 0, 0, -0]],
    ['int16', [0.5, 0, -0, 2 ** -15, 0.25, 0]],
    ['lightnn-1', [1, 0, -0.5, 0, 2 ** -7, 0]],
    ['lightnn-2', [0, -0, 1.5, -(2 ** -6), -0.75, 0]],
    ['flightnn', [0, 0, 0, 0, 0, 0]],
    ['binary', [1, -1, -1, 1, 1, 1]],
    ['binary-scaled', [0.25, -0, -0.25, 0, 0.25, -0]],
  ]
  for (const [scheme, kernel] of kernels) {
    const network = make(kernel)
    const again = readPacked(writePacked(network, { scheme, layers: ['first'] })).network
    expect(bitsOf(again)).toEqual(bitsOf(network))
  }
})

it('numbers of 1, 4, 8 and 16 bits lie side by side and come back', () => {
  expect([...packBits([1, 0, 1, 1, 0, 0, 0, 1, 1], 1)]).toEqual([0b10001101, 1])
  expect([...packBits([0x1, 0xf, 0x7], 4)]).toEqual([0xf1, 0x07])
  expect([...packBits([0x1234, 0xfedc], 16)]).toEqual([0x34, 0x12, 0xdc, 0xfe])
  fc.assert(
    fc.property(fc.constantFrom(1, 4, 8, 16), fc.array(fc.nat(65535), { maxLength: 40 }), (bits, all) => {
      const numbers = all.map(number => number % 2 ** bits)
      expect([...unpackBits(packBits(numbers, bits), numbers.length, bits)!]).toEqual(numbers)
    }),
  )
  expect(unpackBits(Uint8Array.of(0b1000), 3, 1)).toBeUndefined()
})

describe('a packed file is refused by name', () => {
  const own = quantized('flightnn')
  const bytes = packed(own)
  const refusal = (bytes: Uint8Array) => {
    try {
      readPacked(bytes, 'my.packed')
    } catch (error) {
      expect(error).toBeInstanceOf(NetworkError)
      expect((error as Error).message).toMatch(/my\.packed/)
      return (error as Error).message
    }
    return 'none'
  }
  const changed = (at: number, value: number) => {
    const copy = bytes.slice()
    copy[at] = value
    return copy
  }

  it('where it is none, truncated, damaged or newer', () => {
    expect(isPacked(bytes)).toBe(true)
    expect(isPacked(new TextEncoder().encode('TNDM'))).toBe(false)
    expect(refusal(new Uint8Array(0))).toMatch(/is not a packed network/)
    expect(refusal(bytes.slice(0, 12))).toMatch(/truncated: 12 bytes/)
    expect(refusal(changed(8, 2))).toMatch(/version 2 .* newer Tandem/)
    expect(refusal(bytes.slice(0, -1))).toMatch(/checksum.*truncated or damaged/)
    expect(refusal(changed(bytes.length - 9, 3 ^ bytes.at(-9)!))).toMatch(/checksum/)
  })

  it('where its header claims what is not there', () => {
    const claims = (edit: (header: HeaderJson) => void, extra = 0) => refusal(edited(bytes, edit, extra))
    expect(claims(() => {})).toBe('none')
    expect(claims(() => {}, 3)).toMatch(/3 bytes at the end belong to no tensor/)
    expect(claims(header => header.tensors.pop())).toMatch(/tensors, and its network/)
    expect(claims(({ tensors }) => Object.assign(tensors[1]!, { name: 'other' }))).toMatch(/no tensor/)
    expect(claims(({ tensors }) => Object.assign(tensors[1]!, { offset: 1 }))).toMatch(/lies at 1/)
    expect(claims(({ tensors }) => Object.assign(tensors[1]!, { bytes: 1e9 }))).toMatch(/the file ends/)
    expect(claims(({ tensors }) => Object.assign(tensors[1]!, { bytes: -1 }))).toMatch(/takes -1 bytes/)
    expect(claims(({ tensors }) => Object.assign(tensors[1]!, { as: 'zip' }))).toMatch(/"zip".*not known/)
    expect(claims(({ tensors }) => Object.assign(tensors[2]!, { as: 'powers' }))).toMatch(/only kernels/)
    const stem = (header: HeaderJson) => header.tensors.find(({ name }) => name === 'stem/kernel')!
    expect(claims(header => Object.assign(stem(header), { exponent: 0.5 }))).toMatch(/exponent of 0.5/)
    expect(claims(header => Object.assign(stem(header), { as: 'integers', bits: 3 }))).toMatch(/3 bits/)
    expect(claims(header => Object.assign(stem(header), { as: 'signs' }))).toMatch(/its shape/)
    expect(claims(header => Object.assign(header, { scheme: 'int3' }))).toMatch(/scheme "int3"/)
    expect(claims(header => Object.assign(header, { tensors: 4 }))).toMatch(/no table of tensors/)
    expect(claims(header => Object.assign(header, { structure: undefined }))).toMatch(/damaged/)
  })

  it('before memory is taken for what it claims', () => {
    // 2^40 weights of filters without terms, which take a byte a filter.
    const huge = edited(bytes, ({ structure }) => {
      structure.input.shape = [8, 8, 2 ** 34]
    })
    expect(refusal(huge)).toMatch(/claims \d+ weights in \d+ bytes/)
    const bomb = edited(bytes, header => Object.assign(header, { scheme: 'x'.repeat(5 * 2 ** 20) }))
    expect(refusal(bomb)).toMatch(/header of \d+ bytes, and 4194304 are the most/)
    const liar = bomb.slice()
    new DataView(liar.buffer).setUint32(20, 100, true)
    expect(refusal(checked(liar))).toMatch(/damaged/)
    const nested = `${'['.repeat(1e6)}${']'.repeat(1e6)}`
    expect(refusal(withJson(bytes, `{"tensors":[],"scheme":"int8","structure":${nested}}`))).not.toBe('none')
  })

  it('or read, whatever has changed in it: never does anything else come of it', () => {
    const stream = random(11, 'mutations')
    let [refused, read] = [0, 0]
    for (const scheme of ['flightnn', 'int8x4', 'binary-scaled'] as const) {
      const whole = packed(quantized(scheme))
      for (let round = 0; round < 1200; round++) {
        const mutated = mutate(whole, stream)
        try {
          readPacked(mutated)
          read++
        } catch (error) {
          if (!(error instanceof NetworkError)) throw error
          refused++
        }
      }
    }
    // Values may change unnoticed behind a checksum that was made anew; structure hardly.
    expect(refused).toBeGreaterThan(1500)
    expect(read).toBeGreaterThan(100)
  })
})

it('a network without weights, or of another scheme, is not packed', () => {
  const own = quantized('int8')
  const structure = createNetwork({ ...own.network, weights: {} })
  expect(() => writePacked(structure, own)).toThrow(/small: has no weights/)
  expect(() => writePacked(own.network, { ...own, scheme: 'binary' })).toThrow(/layer "stem".*grid of binary/)
})

describe.skipIf(missingShared)(`ResNet-20${needsShared}`, () => {
  it.each([
    ['int8', 3.5],
    ['int8x4', 6.3],
    ['lightnn-1', 6.4],
    ['binary', 17],
  ] as const)('of %s is packed to less than 1/%f of its float32 weights', (scheme, times) => {
    const model = readOnnx(sharedModel('resnet20_cifar10'))
    const { network, layers } = quantizedBy(scheme, model, noise(model, 4, 1))
    const bytes = writePacked(network, { scheme, layers })
    const float32 = Object.values(network.weights).reduce((sum, { data }) => sum + data.byteLength, 0)
    expect(bytes.length * times).toBeLessThan(float32)
    expect(bitsOf(readPacked(bytes).network)).toEqual(bitsOf(network))
  })
})

interface HeaderJson {
  readonly structure: { input: { shape: number[] } }
  readonly tensors: { readonly name: string }[]
}

/** With the checksum of what it holds. */
function checked(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice()
  if (copy.length >= 16) new DataView(copy.buffer).setUint32(12, crc32(copy.subarray(16)), true)
  return copy
}

const jsonOf = (bytes: Uint8Array): string => {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(16, true)
  return inflateRawSync(bytes.subarray(24, 24 + length)).toString('utf8')
}

function withJson(bytes: Uint8Array, text: string, extra = 0): Uint8Array {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(16, true)
  const header = deflateRawSync(text)
  const all = Buffer.concat([
    bytes.subarray(0, 24),
    header,
    bytes.subarray(24 + length),
    new Uint8Array(extra),
  ])
  const copy = new Uint8Array(all)
  const view = new DataView(copy.buffer)
  view.setUint32(16, header.length, true)
  view.setUint32(20, Buffer.byteLength(text), true)
  return checked(copy)
}

function edited(bytes: Uint8Array, edit: (header: HeaderJson) => void, extra = 0): Uint8Array {
  const header = JSON.parse(jsonOf(bytes))
  edit(header)
  return withJson(bytes, JSON.stringify(header), extra)
}

/** A file with something changed: bytes anywhere, its length, or its header's text; mostly with the right checksum. */
function mutate(bytes: Uint8Array, stream: ReturnType<typeof random>): Uint8Array {
  const kind = stream.integer(4)
  if (kind === 0) return checked(bytes.slice(0, stream.integer(bytes.length)))
  if (kind === 1) {
    const text = [...jsonOf(bytes)]
    for (let n = 1 + stream.integer(3); n > 0; n--) {
      const at = stream.integer(text.length)
      text[at] = '0123456789{}[]",:-e.antf'[stream.integer(24)]!
    }
    return withJson(bytes, text.join(''))
  }
  const copy = bytes.slice()
  for (let n = 1 + stream.integer(8); n > 0; n--)
    copy[stream.integer(kind === 2 ? copy.length : 400)] = stream.integer(256)
  return stream.integer(4) === 0 ? copy : checked(copy)
}
