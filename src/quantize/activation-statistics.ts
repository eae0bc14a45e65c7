import { type LabelledImages, type Model, withTensors } from '../engine/index.js'
import { inferShapes } from '../network/index.js'
import { DEGENERATION, MISMATCH, SATURATION } from './distribution-loss.js'
import { type FeatureMapOptions, visitFeatureMaps } from './feature-maps.js'
import type { Quantizer } from './prepare.js'
import type { FilterTerms } from './quantize-kernels.js'
import type { QuantizedModel } from './quantized-model.js'

/** What a quantizer reads, over some images. Plain data. */
export interface ActivationStatistics {
  /** What is rounded: a layer or the network's input. */
  readonly tensor: string
  readonly bits: number
  /** Share of the values beyond ±1 (signs) or beyond the outermost integers: no gradient passes there. */
  readonly beyond: number
  /** Counts of the values between `low` and `high` in bins of one width; those further out are in the first and the last. */
  readonly histogram: { readonly low: number; readonly high: number; readonly counts: readonly number[] }
  /** Of signs: shares of the channels for which a part of the paper's loss is above 0, and the part's mean over channels. */
  readonly channels?: Shapes
  readonly losses?: Shapes
}

/** Bad shapes of what becomes signs, each by a number. */
export interface Shapes {
  readonly degeneration: number
  readonly saturation: number
  readonly mismatch: number
}

const BINS = 40
/** How far the histogram of what becomes signs goes. */
const SIGN_RANGE = 4

/** Of every quantizer, with quantized kernels and feature maps, over some batches. */
export function activationStatistics(
  quantized: QuantizedModel,
  batches: Iterable<LabelledImages>,
  options: Omit<FeatureMapOptions, 'rounds'> & { readonly terms?: FilterTerms | undefined } = {},
): readonly ActivationStatistics[] {
  const { model, prepared } = quantized
  const shapes = inferShapes(prepared.network)
  const counters = prepared.quantizers.map(quantizer =>
    counterOf(quantizer, shapes.get(quantizer.name)!.at(-1)!, stepOf(model, quantizer)),
  )
  visitFeatureMaps(quantized, batches, { ...options, rounds: true }, values => {
    for (const counter of counters) counter.add(values(counter.name))
  })
  return counters.map(counter => counter.statistics())
}

function stepOf({ variables }: Model, { name, bits }: Quantizer): number {
  if (bits === 1) return 1
  return withTensors(() => variables.get(`${name}/step`)!.read().dataSync()[0]!)
}

function counterOf({ name, input: tensor, bits }: Quantizer, channels: number, step: number) {
  const signs = bits === 1
  const high = signs ? SIGN_RANGE : step * 2 ** (bits - 1)
  const [lowest, highest] = signs ? [-1, 1] : [-high, high - step]
  const counts = Array<number>(BINS).fill(0)
  const [sums, squares] = [new Float64Array(channels), new Float64Array(channels)]
  let [total, beyond] = [0, 0]
  return {
    name,
    add(values: Float32Array): void {
      for (const [i, value] of values.entries()) {
        const bin = Math.floor(((value + high) / (2 * high)) * BINS)
        counts[Math.min(BINS - 1, Math.max(0, bin))]!++
        if (value < lowest || value > highest) beyond++
        sums[i % channels]! += value
        squares[i % channels]! += value * value
      }
      total += values.length
    },
    statistics(): ActivationStatistics {
      const each = total / channels
      const excess = Array.from({ length: channels }, (_, c): Shapes => {
        const mean = sums[c]! / each
        const deviation = Math.sqrt(Math.max(0, squares[c]! / each - mean * mean))
        return {
          degeneration: Math.max(0, Math.abs(mean) - DEGENERATION * deviation),
          saturation: Math.max(0, SATURATION * deviation - 1),
          mismatch: Math.max(0, 1 - Math.abs(mean) - MISMATCH * deviation),
        }
      })
      const mean = (of: (excess: number) => number): Shapes => {
        const part = (shape: keyof Shapes) =>
          excess.reduce((sum, each) => sum + of(each[shape]), 0) / channels
        return {
          degeneration: part('degeneration'),
          saturation: part('saturation'),
          mismatch: part('mismatch'),
        }
      }
      return {
        ...{ tensor, bits, beyond: beyond / total, histogram: { low: -high, high, counts } },
        ...(signs && {
          channels: mean(excess => Number(excess > 0)),
          losses: mean(excess => excess ** 2),
        }),
      }
    },
  }
}
