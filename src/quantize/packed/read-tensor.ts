import { bytesToFloats, type Weight } from '../../network/index.js'
import { kernelValues } from '../integer/kernel-values.js'
import { streamBytes, unpackBits } from './bit-stream.js'
import type { Entry } from './layout.js'

type Fail = (problem: string) => never

/** Exponents of a float32 kernel's smallest power: down to the smallest number, and seven below the largest. */
const [LOWEST, HIGHEST] = [-149, 120]

/**
 * A weight out of its bytes. Nothing is taken for it before its shape has been found to fit them.
 * `fail` is told of a form that is not known, or does not fit.
 */
export function readTensor(bytes: Uint8Array, entry: Entry, shape: readonly number[], fail: Fail): Weight {
  const count = shape.reduce((product, size) => product * size, 1)
  const filters = shape.at(-1)!
  const expect = (length: number): void => {
    if (bytes.length !== length) fail(`takes ${bytes.length} bytes, and its shape [${shape}] ${length}`)
  }
  const scalesFrom = (bytes: Uint8Array): Float32Array => {
    const scales = bytesToFloats(bytes)
    return scales.every(scale => scale >= 0 && scale < Number.POSITIVE_INFINITY)
      ? scales
      : fail('has a scale that is negative or no number')
  }
  const numbers = (from: number, count: number, bits: number): Uint16Array =>
    unpackBits(bytes.subarray(from), count, bits) ?? fail('has bits behind its last code')

  switch (entry.as) {
    case 'float32':
      expect(4 * count)
      return { shape, data: bytesToFloats(bytes) }
    case 'integers': {
      const { bits } = entry
      if (![4, 8, 16].includes(bits)) fail(`has integers of ${bits} bits, and they have 4, 8 or 16`)
      expect(4 * filters + streamBytes(count, bits))
      const half = 2 ** (bits - 1)
      const codes = numbers(4 * filters, count, bits)
      const integers = Float32Array.from(codes, code =>
        code === half ? -0 : code > half ? code - 2 * half : code,
      )
      const scales = scalesFrom(bytes.subarray(0, 4 * filters))
      return kernelValues({ kind: 'integers', shape, bits, integers, scales })
    }
    case 'powers': {
      const { exponent } = entry
      if (!Number.isInteger(exponent) || exponent < LOWEST || exponent > HIGHEST)
        fail(`has an exponent of ${exponent}, and they go from ${LOWEST} to ${HIGHEST}`)
      if (bytes.length < filters) fail(`takes ${bytes.length} bytes, and has ${filters} filters`)
      const terms = bytes.slice(0, filters)
      if (terms.some(terms => terms > 2)) fail('has a filter of more than 2 terms')
      const all = (count / filters) * terms.reduce((sum, terms) => sum + terms, 0)
      expect(filters + streamBytes(all, 4))
      const codes = Uint8Array.from(numbers(filters, all, 4))
      return kernelValues({ kind: 'powers', shape, exponent, terms, codes })
    }
    case 'signs': {
      const { scaled } = entry
      const from = scaled ? 4 * filters : 0
      expect(from + streamBytes(count, 1))
      const negative = Uint8Array.from(numbers(from, count, 1))
      const scales = scaled ? scalesFrom(bytes.subarray(0, from)) : new Float32Array(filters).fill(1)
      return kernelValues({ kind: 'signs', shape, negative, scales })
    }
    default:
      return fail(`is packed as ${JSON.stringify((entry as { as: unknown }).as)}, which is not known`)
  }
}
