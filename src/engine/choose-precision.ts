import { existsSync, readFileSync } from 'node:fs'
import { initialize, type Network } from '../network/index.js'
import { random } from '../random.js'
import { compile, type Precision } from './compile/compile.js'
import { evaluateWith, evaluationStep } from './evaluate.js'
import { createModel, disposeModel } from './model.js'
import { createOptimizer, disposeOptimizer } from './optimizers/optimizer.js'
import { tf } from './tensorflow.js'
import { takeStep, trainStep } from './train-step.js'

const TRIED: readonly Precision[] = ['float32', 'bf16']
const STEPS = 2
/** bf16 must be faster by this factor: what is gained by less is not worth fewer bits. */
const WORTH = 1.05

export interface PrecisionChoice {
  readonly precision: Precision
  /** Milliseconds of a step in each, where they were tried. */
  readonly ms?: Readonly<Record<Precision, number>>
}

/** Whether this processor computes in bfloat16 (AVX-512 BF16 or AMX, or ARM's extension). */
export function hasBfloat16(): boolean {
  const cpu = existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : ''
  return /\b(avx512_bf16|amx_bf16|bf16)\b/.test(cpu)
}

/**
 * The faster precision for training a network, or for evaluating it: two steps of each on noise are timed, after one
 * to warm up. float32 without a trial where the processor has no bfloat16 or the backend no graphs.
 */
export function choosePrecision(
  network: Network,
  batchSize: number,
  work: 'training' | 'evaluation' = 'training',
): PrecisionChoice {
  if (tf.getBackend() !== 'tensorflow' || !hasBfloat16()) return { precision: 'float32' }
  const size = network.input.shape.reduce((a, b) => a * b, batchSize)
  const stream = random(0, 'precision')
  const batch = {
    images: Float32Array.from({ length: size }, () => stream.normal()),
    labels: new Int32Array(batchSize),
    count: batchSize,
  }
  const model = createModel(initialize({ ...network, weights: {} }, 0))
  const optimizer = createOptimizer(model.trainable, { kind: 'momentum' })
  const [float32, bf16] = TRIED.map(precision => {
    const step = work === 'training' ? trainStep(model, optimizer) : evaluationStep(model)
    const program = compile(step, { precision })
    const once = (step: number) => {
      const start = performance.now()
      if (work === 'training') takeStep(program, model, batch, { learningRate: 0, seed: 0, step })
      else evaluateWith(program, model, [batch])
      return performance.now() - start
    }
    once(0)
    const times = Array.from({ length: STEPS }, (_, step) => once(step + 1))
    program.dispose()
    return Math.min(...times)
  }) as [number, number]
  disposeOptimizer(optimizer)
  disposeModel(model)
  return { precision: float32 / bf16 >= WORTH ? 'bf16' : 'float32', ms: { float32, bf16 } }
}
