import { parseConstraint } from '../src/cost/index.js'
import {
  compile,
  createModel,
  createOptimizer,
  disposeModel,
  disposeOptimizer,
  type LabelledImages,
  takeStep,
  trainStep,
} from '../src/engine/index.js'
import { random } from '../src/random.js'
import { SEARCH_PLAN } from '../src/search/search-config.js'
import { pricesOf } from '../src/search/space/price.js'
import { readSpace } from '../src/search/space/space.js'
import { searchStep, takeSearchStep } from '../src/search/supernet/search-step.js'
import { singlePathSearched } from '../src/search/supernet/single-path.js'
import { createSupernet, thresholdVariables } from '../src/search/supernet/supernet.js'
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
  const position = { learningRate: 0.05, seed: 1 }
  let step = 0

  const supernet = createSupernet(space, 1)
  const optimizers = {
    weights: createOptimizer(supernet.model.trainable, { kind: 'momentum' }),
    thresholds: createOptimizer(thresholdVariables(supernet), { kind: 'adam' }),
  }
  const prices = await pricesOf(space, [parseConstraint('macs<=50%')])
  const searched = singlePathSearched(supernet, { ...SEARCH_PLAN, prices })
  const searching = compile(searchStep(searched, optimizers, SEARCH_PLAN))
  const { thresholdRate } = SEARCH_PLAN
  const search = () =>
    takeSearchStep(searching, searched, batch, {
      ...position,
      thresholdRate,
      keepProbability: 1,
      lambdas: [1],
      share: 0,
      step: step++,
    })

  const model = createModel(supernet.network)
  const optimizer = createOptimizer(model.trainable, { kind: 'momentum' })
  const training = compile(trainStep(model, optimizer, SEARCH_PLAN))
  const plain = () => takeStep(training, model, batch, { ...position, step: step++ })

  const [ours, theirs] = await interleaved([search, plain], { rounds, steps })
  for (const program of [searching, training]) program.dispose()
  searched.dispose()
  disposeModel(model)
  for (const each of [optimizer, optimizers.weights, optimizers.thresholds]) disposeOptimizer(each)
  return {
    name: 'search-step',
    rows: [row(`${space.name}, batch ${count}, ms a step`, median(ours!), median(theirs!))],
  }
}
