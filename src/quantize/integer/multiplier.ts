import type { Network, Shape } from '../../network/index.js'
import type { Multiplying } from '../layers.js'
import { kernelOf } from '../quantize-kernels.js'
import type { SchemeName } from '../scheme.js'
import { accumulatorBits } from './accumulator.js'
import { kernelCodes } from './kernel-codes.js'
import type { KernelCodes } from './kernel-values.js'
import { type Sums, sumProducts, sumWideProducts } from './sum-products.js'
import { shiftsOf, sumShifts } from './sum-shifts.js'
import { signWords, sumSigns } from './sum-signs.js'
import { unroll, type Windows } from './windows.js'

/** A quantized layer's kernel in integers. */
export interface Multiplier {
  readonly layer: string
  /** How products come about. */
  readonly by: 'products' | 'shifts' | 'signs'
  /** In which every partial sum fits, sign included. */
  readonly accumulatorBits: number
  /** What the integers of a filter's weights are multiplied by to be the weights: [filters]. */
  readonly scales: Float64Array
  /** Σ q_w·q_x at every position: [positions, filters], whole numbers. map: q_x, [h, w, c] or [features]. */
  accumulate(map: Int16Array): Float64Array
}

/** The shape of what a layer multiplies and makes, dense layers as windows of one position. */
export function windowsOf(layer: Multiplying, input: Shape, output: Shape): Windows {
  if (layer.type === 'dense') {
    const one = [1, 1] as const
    const padding = [0, 0, 0, 0] as const
    return {
      input: [1, 1, input[0]!],
      ...{ output: one, kernel: one, strides: one, dilations: one, padding },
    }
  }
  const { kernel, strides, dilations, padding } = layer
  return {
    input: [input[0]!, input[1]!, input[2]!],
    output: [output[0]!, output[1]!],
    ...{ kernel, strides, dilations, padding },
  }
}

export interface MultiplierOptions {
  readonly layer: Multiplying
  readonly weights: Network['weights']
  readonly scheme: SchemeName
  /** Of the feature map that it reads. */
  readonly bits: number
  readonly input: Shape
  readonly output: Shape
}

/** Throws NetworkError for weights that are not on the scheme's grid, and for sums that no accumulator here holds. */
export function multiplier({ layer, weights, scheme, bits, input, output }: MultiplierOptions): Multiplier {
  const codes = kernelCodes(layer.name, weights[kernelOf(layer.name)]!, scheme)
  const needed = accumulatorBits(layer.name, codes, bits)
  const filters = codes.shape.at(-1)!
  const windows = windowsOf(layer, input, output)
  const groups = layer.type === 'conv' ? layer.groups : 1
  const count = windows.input[2] / groups
  const positions = windows.output[0] * windows.output[1]
  const length = windows.kernel[0] * windows.kernel[1] * count
  const rows = new Int16Array(positions * length)
  const { by, scales, sum } = summation(codes, needed)
  return {
    layer: layer.name,
    ...{ by, scales, accumulatorBits: needed },
    accumulate(map) {
      const sums = new Float64Array(positions * filters)
      for (let group = 0; group < groups; group++) {
        const seen = unroll(map, windows, { start: group * count, count }, rows)
        const [from, to] = [group, group + 1].map(edge => (edge * filters) / groups) as [number, number]
        sum({ rows: seen, positions, length, from, to, sums, filters })
      }
      return sums
    },
  }
}

type Summation = Pick<Multiplier, 'by' | 'scales'> & { readonly sum: (sums: Sums) => void }

function summation(codes: KernelCodes, bits: number): Summation {
  if (codes.kind === 'powers') {
    const shifts = shiftsOf(codes)
    const scales = new Float64Array(codes.terms.length).fill(2 ** codes.exponent)
    return { by: 'shifts', scales, sum: sums => sumShifts(shifts, sums) }
  }
  const scales = Float64Array.from(codes.scales)
  if (codes.kind === 'signs') {
    const words = signWords(codes)
    return { by: 'signs', scales, sum: sums => sumSigns(words, sums) }
  }
  const integers = Int16Array.from(codes.integers)
  const products = bits <= 32 ? sumProducts : sumWideProducts
  return { by: 'products', scales, sum: sums => products(integers, sums) }
}
