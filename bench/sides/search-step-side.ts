import { parseConstraint } from '../../src/cost/index.js'
import { compile, createOptimizer, type LabelledImages } from '../../src/engine/index.js'
import { random } from '../../src/random.js'
import { pricesOf, readSpace, SEARCH_PLAN } from '../../src/search/index.js'
import type { FormulationName } from '../../src/search/supernet/formulation-names.js'
import { formulationOf } from '../../src/search/supernet/formulations.js'
import { searchStep, takeSearchStep } from '../../src/search/supernet/search-step.js'

/**
 * `search-step-side.js SPACE FORMULATION BATCH STEPS`: takes two constrained search steps on noise to warm up and then
 * STEPS. Prints their milliseconds and the peak memory of the process in bytes, as JSON.
 */
const [, , file, formulation, batchText, stepsText] = process.argv as unknown as [
  string,
  string,
  string,
  FormulationName,
  string,
  string,
]
const [count, steps] = [Number(batchText), Number(stepsText)]
const space = readSpace(file)
const plan = { ...SEARCH_PLAN, formulation }
const prices = await pricesOf(space, [parseConstraint('macs<=50%')])
const searched = formulationOf(plan).create({ space, plan, prices, seed: 1 })
const optimizers = {
  weights: createOptimizer(searched.model.trainable, { kind: 'momentum' }),
  thresholds: createOptimizer(searched.parameters, { kind: 'adam' }),
}
const program = compile(searchStep(searched, optimizers, plan))
const stream = random(1, 'bench')
const size = space.input.reduce((a, b) => a * b, count)
const batch: LabelledImages = {
  images: Float32Array.from({ length: size }, () => stream.normal()),
  labels: Int32Array.from({ length: count }, (_, i) => i % space.classes),
  count,
}
const position = { learningRate: 0.05, thresholdRate: 0.01, keepProbability: 1, lambdas: [1], share: 0.5 }
const times: number[] = []
for (let step = -2; step < steps; step++) {
  const start = performance.now()
  takeSearchStep(program, searched, batch, { ...position, seed: 1, step: step + 2 })
  if (step >= 0) times.push(performance.now() - start)
}
process.stdout.write(`${JSON.stringify({ ms: times, peakBytes: process.resourceUsage().maxRSS * 1024 })}\n`)
