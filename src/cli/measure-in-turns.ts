import { measureLatency } from '../cost/index.js'
import type { Shape } from '../network/index.js'

const ROUNDS = 3
const SECONDS = 0.15

/**
 * Latency of each network on one thread of this machine, ms of a batch: the networks take turns, so that a slow spell of
 * the machine falls on all of them, and the median over the rounds counts.
 */
export async function measureInTurns(
  networks: readonly Uint8Array[],
  shape: Shape,
  batch = 1,
): Promise<readonly number[]> {
  const times: number[][] = networks.map(() => [])
  for (let round = 0; round < ROUNDS; round++)
    for (const [i, onnx] of networks.entries())
      times[i]!.push(
        (await measureLatency(onnx, { shape, batch, threads: 1, warmup: 2, seconds: SECONDS })).medianMs,
      )
  return times.map(own => own.sort((a, b) => a - b)[ROUNDS >> 1]!)
}
