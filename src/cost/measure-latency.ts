import { quantileSorted } from 'simple-statistics'
import { type InferenceSession, openSession, type SessionOptions } from './inference-session.js'

export interface MeasureOptions extends SessionOptions {
  /** Runs that are not counted. */
  readonly warmup?: number
  /** Measure at least this long; by default 1 s, or as long as `runs` take where that is given. */
  readonly seconds?: number
  /** Measure at least this many runs. */
  readonly runs?: number
}

/** Times of one inference in ms: median, first and last decile. */
export interface Latency {
  readonly medianMs: number
  readonly p10Ms: number
  readonly p90Ms: number
  readonly runs: number
}

/**
 * Latency of an ONNX network on this machine, measured with onnxruntime.
 *
 *     await measureLatency(writeOnnx(network), { shape: [32, 32, 3], threads: 1, seconds: 1 })
 *
 * Throws CostError when onnxruntime cannot be loaded or refuses the network.
 */
export async function measureLatency(onnx: Uint8Array, options: MeasureOptions): Promise<Latency> {
  const session = await openSession(onnx, options)
  try {
    return summary(await timeRuns(session, options))
  } finally {
    await session.release()
  }
}

/** Times of single runs in ms, after the warm-up. */
async function timeRuns(session: InferenceSession, options: MeasureOptions): Promise<number[]> {
  const { warmup = 5, runs = 1, seconds = options.runs === undefined ? 1 : 0 } = options
  for (let i = 0; i < warmup; i++) await session.run()
  const deadline = performance.now() + 1000 * seconds
  const times: number[] = []
  do times.push(await session.run())
  while (times.length < runs || performance.now() < deadline)
  return times
}

function summary(times: readonly number[]): Latency {
  const sorted = times.toSorted((a, b) => a - b)
  return {
    medianMs: quantileSorted(sorted, 0.5),
    p10Ms: quantileSorted(sorted, 0.1),
    p90Ms: quantileSorted(sorted, 0.9),
    runs: sorted.length,
  }
}
