import { parseConstraint } from '../src/cost/index.js'
import {
  createModel,
  createOptimizer,
  disposeModel,
  disposeOptimizer,
  type LabelledImages,
  trainStep,
} from '../src/engine/index.js'
import { random } from '../src/random.js'
import { priceIncrements } from '../src/search/expected-price.js'
import { pricesOf } from '../src/search/price.js'
import { SEARCH_PLAN } from '../src/search/search-config.js'
import { searchStep } from '../src/search/search-step.js'
import { readSpace } from '../src/search/space.js'
import { createSupernet, disposeSupernet, thresholdVariables } from '../src/search/supernet.js'
import { type BenchOptions, type BenchResult, integerOption, interleaved, median, row } from './bench.js'

/**
 * Milliseconds of a constrained search step (ours) against a plain training step of the largest network of the same
 * space (theirs), both fused, on the same batch, in turns. `--space` (cifar10-mbconv), `--rounds`, `--steps`, `--batch`.
 */
export async function run(options: BenchOptions = {}): Promise<BenchResult> {
  const rounds = integerOption(options, 'rounds', 4)
  const steps = integerOption(options, 'steps', 5)
  const count = integerOption(options, 'batch', 128)
  const space = readSpace(options['space'] ?? 'cifar10-mbconv')
  const [height, width, channels] = space.input
  const stream = random(1, 'bench')
  const batch: LabelledImages = {
    images: Float32Array.from({ length: count * height * width * channels }, () => stream.normal()),
    labels: Int32Array.from({ length: count }, (_, i) => i % space.classes),
    count,
  }
  const common = { learningRate: 0.05, weightDecay: SEARCH_PLAN.weightDecay, labelSmoothing: 0.1, seed: 1 }
  let step = 0

  const supernet = createSupernet(space, 1)
  const optimizers = {
    weights: createOptimizer(supernet.model.trainable, { kind: 'momentum' }),
    thresholds: createOptimizer(thresholdVariables(supernet), { kind: 'adam' }),
  }
  const prices = await pricesOf(space, [parseConstraint('macs<=50%')])
  const terms = prices.map(({ fixed, rows }) => ({ increments: priceIncrements(fixed, rows), lambda: 1 }))
  const { thresholdRate, temperature } = SEARCH_PLAN
  const search = () =>
    searchStep(supernet, optimizers, batch, {
      ...common,
      thresholdRate,
      temperature,
      keepProbability: 1,
      prices: terms,
      step: step++,
    })

  const model = createModel(supernet.network)
  const optimizer = createOptimizer(model.trainable, { kind: 'momentum' })
  const plain = () => trainStep(model, optimizer, batch, { ...common, step: step++ })

  const [ours, theirs] = await interleaved([search, plain], { rounds, steps })
  disposeSupernet(supernet)
  disposeModel(model)
  for (const each of [optimizer, optimizers.weights, optimizers.thresholds]) disposeOptimizer(each)
  return {
    name: 'search-step',
    rows: [row(`${space.name}, batch ${count}, ms a step`, median(ours!), median(theirs!))],
  }
}
