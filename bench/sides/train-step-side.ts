import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { parseConstraint } from '../../src/cost/index.js'
import {
  compile,
  createModel,
  createOptimizer,
  eager,
  type LabelledImages,
  type Program,
  type Step,
  takeStep,
  trainStep,
} from '../../src/engine/index.js'
import { initialize, type Network } from '../../src/network/index.js'
import { random } from '../../src/random.js'
import { pricesOf, SEARCH_PLAN } from '../../src/search/index.js'
import { readSpace } from '../../src/search/space-index.js'
import { searchStep, takeSearchStep } from '../../src/search/supernet/search-step.js'
import { singlePathSearched } from '../../src/search/supernet/single-path.js'
import { createSupernet, thresholdVariables } from '../../src/search/supernet/supernet.js'
import { layers } from './resnet-of-layers.js'

/**
 * One side of `bench/train-step`: `train-step-side.js NETWORK.json|supernet BATCH layers|eager|graph|bf16`.
 * Prints "ready"; for each line "N" on stdin runs N steps and prints their milliseconds as JSON; at the end of stdin
 * prints the peak memory in bytes.
 */
const [, , what, batchText, kind] = process.argv as [string, string, string, string, string]
const count = Number(batchText)
const RATE = { learningRate: 0.05, seed: 1 }

const PROGRAMS: Readonly<Record<string, (step: Step) => Program>> = {
  eager,
  graph: compile,
  bf16: step => compile(step, { precision: 'bf16' }),
}

function images([height, width, channels]: readonly number[]): LabelledImages {
  const stream = random(1, 'bench')
  return {
    images: Float32Array.from({ length: count * height! * width! * channels! }, () => stream.normal()),
    labels: Int32Array.from({ length: count }, (_, i) => i % 10),
    count,
  }
}

function training(network: Network): () => unknown {
  const model = createModel(initialize(network, 1))
  const program = PROGRAMS[kind]!(trainStep(model, createOptimizer(model.trainable, { kind: 'momentum' })))
  const batch = images(network.input.shape)
  let step = 0
  return () => takeStep(program, model, batch, { ...RATE, step: step++ })
}

async function searching(): Promise<() => unknown> {
  const space = readSpace('cifar10-mbconv')
  const supernet = createSupernet(space, 1)
  const optimizers = {
    weights: createOptimizer(supernet.model.trainable, { kind: 'momentum' }),
    thresholds: createOptimizer(thresholdVariables(supernet), { kind: 'adam' }),
  }
  const prices = await pricesOf(space, [parseConstraint('macs<=50%')])
  const searched = singlePathSearched(supernet, { ...SEARCH_PLAN, prices })
  const program = PROGRAMS[kind]!(searchStep(searched, optimizers, SEARCH_PLAN))
  const batch = images(space.input)
  let step = 0
  const position = { ...RATE, thresholdRate: 0.01, keepProbability: 1, lambdas: [1], share: 0 }
  return () => takeSearchStep(program, searched, batch, { ...position, step: step++ })
}

const network = () => JSON.parse(readFileSync(what, 'utf8')) as Network
const step =
  what === 'supernet'
    ? await searching()
    : kind === 'layers'
      ? layers(images(network().input.shape))
      : training(network())

process.stdout.write('ready\n')
for await (const line of createInterface(process.stdin)) {
  const times: number[] = []
  for (let i = 0; i < Number(line); i++) {
    const start = performance.now()
    await step()
    times.push(performance.now() - start)
  }
  process.stdout.write(`${JSON.stringify(times)}\n`)
}
process.stdout.write(`${process.resourceUsage().maxRSS * 1024}\n`)
