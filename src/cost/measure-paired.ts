import { quantileSorted } from 'simple-statistics'
import { openSession, type SessionOptions } from './inference-session.js'

export interface PairedOptions extends SessionOptions {
  /** Pairs that are not counted. */
  readonly warmup?: number
  /** At least so many pairs are run, and so many that it takes `seconds`. */
  readonly pairs?: number
  readonly seconds?: number
}

/** Times of one inference of two networks in ms. */
export interface PairedLatency {
  /** Median of the first. */
  readonly firstMs: number
  /** Of the second: `firstMs` less the median of what it was faster by in each pair. */
  readonly secondMs: number
  /** Standard error of that median, from the quartiles of the differences. */
  readonly errorMs: number
  readonly pairs: number
}

/**
 * Latency of two ONNX networks of the same input on this machine, measured with onnxruntime: they take turns run by
 * run, and each run is compared with its neighbour, so that a small difference shows on a machine that is not quiet.
 * Throws CostError when onnxruntime cannot be loaded or refuses a network.
 */
export async function measurePaired(
  first: Uint8Array,
  second: Uint8Array,
  options: PairedOptions,
): Promise<PairedLatency> {
  const { warmup = 3, pairs = 20, seconds = 0.3 } = options
  const a = await openSession(first, options)
  try {
    const b = await openSession(second, options)
    try {
      const times: [number, number][] = []
      let deadline = Number.POSITIVE_INFINITY
      for (let i = -warmup; i < pairs || performance.now() < deadline; i++) {
        if (i === 0) deadline = performance.now() + 1000 * seconds
        // Who runs second finds the cache as the first left it: they change places.
        const swapped = i % 2 !== 0
        const one = await (swapped ? b : a).run()
        const other = await (swapped ? a : b).run()
        if (i >= 0) times.push(swapped ? [other, one] : [one, other])
      }
      const firstMs = median(times.map(([own]) => own))
      const differences = times.map(([own, other]) => own - other)
      const secondMs = firstMs - median(differences)
      return { firstMs, secondMs, errorMs: errorOfMedian(differences), pairs: times.length }
    } finally {
      await b.release()
    }
  } finally {
    await a.release()
  }
}

const quantile = (values: readonly number[], q: number): number =>
  quantileSorted(
    values.toSorted((a, b) => a - b),
    q,
  )

const median = (values: readonly number[]): number => quantile(values, 0.5)

/** √(π/2) σ / √n, with σ from the quartiles: outliers, which medians do not mind, are not to widen it. */
function errorOfMedian(values: readonly number[]): number {
  const deviation = (quantile(values, 0.75) - quantile(values, 0.25)) / 1.349
  return Math.sqrt(Math.PI / 2 / values.length) * deviation
}
