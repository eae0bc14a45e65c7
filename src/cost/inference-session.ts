import { CostError } from '../errors.js'
import type { Shape } from '../network/index.js'
import { random } from '../random.js'

export interface SessionOptions {
  /** Of one example, [height, width, channels] or [features]; the file's own layout is NCHW. */
  readonly shape: Shape
  readonly batch?: number
  /** Threads within one operator; operators run one after another. */
  readonly threads?: number
}

/** A loaded network whose runs can be timed. */
export interface InferenceSession {
  /** Runs once; ms from call to result. */
  run(): Promise<number>
  release(): Promise<void>
}

/**
 * Loads ONNX bytes into onnxruntime: all graph optimisations, the stated number of threads, sequential execution.
 * The input is standard normal noise, the same every time.
 * Throws CostError when onnxruntime cannot be loaded or refuses the network.
 */
export async function openSession(
  onnx: Uint8Array,
  { shape, batch = 1, threads = 1 }: SessionOptions,
): Promise<InferenceSession> {
  const runtime = await import('onnxruntime-node').catch(error => {
    throw new CostError(
      `onnxruntime-node cannot be loaded: ${error.message}; install it to measure on this machine`,
    )
  })
  const session = await runtime.InferenceSession.create(onnx, {
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  }).catch(error => {
    throw new CostError(`onnxruntime refuses the network: ${error.message}`)
  })
  const dims = [batch, ...(shape.length === 3 ? [shape[2]!, shape[0]!, shape[1]!] : shape)]
  const stream = random(0, 'measure')
  const data = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => stream.normal())
  const feeds = { [session.inputNames[0]!]: new runtime.Tensor('float32', data, dims) }
  return {
    async run() {
      const start = performance.now()
      await session.run(feeds)
      return performance.now() - start
    },
    release: () => session.release(),
  }
}
