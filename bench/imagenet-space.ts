import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundledFile } from '../src/bundled-file.js'
import { readTable, runOnnx } from '../src/cost/index.js'
import {
  compile,
  createModel,
  createOptimizer,
  disposeModel,
  disposeOptimizer,
  estimateMemory,
  type LabelledImages,
  predict,
  readVariables,
  takeStep,
  tf,
  trainStep,
} from '../src/engine/index.js'
import { count, initialize, type Network, writeOnnx } from '../src/network/index.js'
import { packageRoot } from '../src/package-root.js'
import { random } from '../src/random.js'
import { csv } from '../src/runs/index.js'
import { decode, exactPrice, largest, latencyPrice, SEARCH_PLAN, searchable } from '../src/search/index.js'
import { inherit } from '../src/search/one-shot/inherit.js'
import { parseSpace, type Space } from '../src/search/space/space.js'
import { searchStep, takeSearchStep } from '../src/search/supernet/search-step.js'
import { singlePath } from '../src/search/supernet/single-path.js'
import { type BenchOptions, type BenchResult, integerOption, median, row } from './bench.js'

const SPACE = 'imagenet-single-path'
const TABLE = 'pixel1'

/**
 * The ImageNet space in full: its single-path supernet takes a few constrained search steps, compiled, on noise at
 * 224×224; the decisions are moved within a latency on a Pixel-1; the network that they stand for, with the weights it
 * shares, goes to ONNX and through onnxruntime. Ours against theirs: a search step against a training step of the
 * largest network, memory at the peak against the estimate, latency against what was asked, and the largest difference
 * of a logit against what is rounding (10⁻⁴ of the largest logit). All of it goes to `docs/data/imagenet-space.csv`.
 *
 * `--batch` (8), `--steps` (3, after one to warm up), `--size` (224: images of another size), `--target` (80, ms), `--docs`.
 */
export async function run(options: BenchOptions = {}): Promise<BenchResult> {
  const { docs = join(packageRoot, 'docs') } = options
  const [batchSize, steps] = [integerOption(options, 'batch', 8), integerOption(options, 'steps', 3)]
  const space = spaceOf(integerOption(options, 'size', 224))
  const bound = integerOption(options, 'target', 80)
  const price = { metric: 'latency' as const, ...latencyPrice(space, readTable(TABLE)), bound }
  const batch = noise(space, batchSize)

  const searched = searchSteps(space, batch, steps, price)
  const plainMs = trainingSteps(decode(space, largest(space)), batch, steps)

  const network = inherit(searched.weights, space, searched.architecture)
  const latencyMs = exactPrice(price, space, searched.architecture)
  const onnx = writeOnnx(network)
  const theirs = await runOnnx(onnx, batch.images, [batchSize, ...space.input])
  const ours = logitsOf(network, batch)
  const largestLogit = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const off = theirs.reduce((most, value, i) => Math.max(most, Math.abs(value - ours[i]!)), 0)

  const estimatedBytes = estimateMemory(decode(space, largest(space)), batchSize)
  const { macs, params } = count(network)
  const short = (value: number) => Number(value.toPrecision(5))
  const line = {
    ...{
      size: space.input[0],
      batch: batchSize,
      blocks: space.blocks.length,
      searchable: searchable(space).length,
    },
    ...{ ms_step: short(searched.ms), plain_ms_step: short(plainMs) },
    ...{ memory_estimated_gb: short(estimatedBytes / 1e9), memory_peak_gb: short(searched.peakBytes / 1e9) },
    ...{ target_ms: bound, latency_ms: short(latencyMs), macs, params, onnx_bytes: onnx.length },
    ...{ largest_logit: short(largestLogit), logits_off: short(off) },
    architecture: searched.architecture.join(' '),
  }
  mkdirSync(join(docs, 'data'), { recursive: true })
  writeFileSync(join(docs, 'data', 'imagenet-space.csv'), csv(Object.keys(line), [Object.values(line)]))

  const name = `${SPACE} at ${space.input[0]}×${space.input[1]}, batch ${batchSize}`
  return {
    name: 'imagenet-space',
    rows: [
      row(`${name}: ms a search step, a training step of the largest`, searched.ms, plainMs),
      row(`${name}: GB at the peak, as estimated`, searched.peakBytes / 1e9, estimatedBytes / 1e9),
      row('decided network: ms on a Pixel-1, asked', latencyMs, bound),
      row('largest difference of a logit in onnxruntime, rounding', off, 1e-4 * largestLogit),
    ],
  }
}

/** The bundled space, on images of another size where that is asked. */
function spaceOf(size: number): Space {
  const file = bundledFile('search-spaces', SPACE)
  return parseSpace(readFileSync(file, 'utf8').replace('[224, 224, 3]', `[${size}, ${size}, 3]`), file)
}

function noise({ input, classes }: Space, count: number): LabelledImages {
  const stream = random(1, 'bench')
  const size = input.reduce((a, b) => a * b, count)
  return {
    images: Float32Array.from({ length: size }, () => stream.normal()),
    labels: Int32Array.from({ length: count }, (_, i) => i % classes),
    count,
  }
}

/** Constrained steps of the single-path search, what they took, and where they lead. */
function searchSteps(
  space: Space,
  batch: LabelledImages,
  steps: number,
  price: Parameters<typeof singlePath.decideWithin>[2][number],
) {
  const plan = SEARCH_PLAN
  const searched = singlePath.create({ space, plan, prices: [price], seed: 1 })
  const optimizers = {
    weights: createOptimizer(searched.model.trainable, { kind: 'momentum', momentum: 0.9, nesterov: true }),
    thresholds: createOptimizer(searched.parameters, { kind: 'adam' }),
  }
  const program = compile(searchStep(searched, optimizers, plan))
  const position = { thresholdRate: plan.thresholdRate, keepProbability: 1, lambdas: [20], share: 0.5 }
  const ms = timed(steps, step =>
    takeSearchStep(program, searched, batch, { ...position, learningRate: 0.01, seed: 1, step }),
  )
  const peakBytes = process.resourceUsage().maxRSS * 1024
  const architecture = singlePath.decideWithin(space, searched.read().standing, [price])
  const weights = readVariables(searched.model.variables.values())
  program.dispose()
  searched.dispose()
  for (const optimizer of Object.values(optimizers)) disposeOptimizer(optimizer)
  return { ms, peakBytes, architecture, weights }
}

/** Milliseconds of a plain training step. */
function trainingSteps(network: Network, batch: LabelledImages, steps: number): number {
  const model = createModel(initialize(network, 1))
  const optimizer = createOptimizer(model.trainable, { kind: 'momentum', momentum: 0.9, nesterov: true })
  const program = compile(trainStep(model, optimizer, SEARCH_PLAN))
  const ms = timed(steps, step => takeStep(program, model, batch, { learningRate: 0.01, seed: 1, step }))
  program.dispose()
  disposeModel(model)
  disposeOptimizer(optimizer)
  return ms
}

/** Median milliseconds of steps, after one to warm up. */
function timed(steps: number, take: (step: number) => unknown): number {
  const times = Array.from({ length: steps + 1 }, (_, step) => {
    const start = performance.now()
    take(step)
    return performance.now() - start
  })
  return median(times.slice(1))
}

function logitsOf(network: Network, { images, count }: LabelledImages): Float32Array {
  const logits = tf.tidy(() =>
    predict(network, tf.tensor(images, [count, ...network.input.shape]), name => {
      const { shape, data } = network.weights[name]!
      return tf.tensor(data, [...shape])
    }),
  )
  const values = logits.dataSync() as Float32Array
  logits.dispose()
  return values
}
