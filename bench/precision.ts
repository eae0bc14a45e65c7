import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Dataset, inOrder, loadDataset, openBatches } from '../src/data/index.js'
import {
  disposeTraining,
  evaluate,
  type Precision,
  startTraining,
  type TrainingPlan,
  trainingStep,
} from '../src/engine/index.js'
import { resnet } from '../src/network/index.js'
import { packageRoot } from '../src/package-root.js'
import { type BenchOptions, type BenchResult, integerOption, row } from './bench.js'

const COLUMNS = 'precision,seed,epochs,train_loss,train_accuracy,test_accuracy,seconds,waiting_share'
const PRECISIONS: readonly Precision[] = ['float32', 'bf16']

/**
 * ResNet-20 trained on all of CIFAR-10 in bf16 (ours) and in float32 (theirs), by seed: accuracy on the test images.
 * What each training came to goes to `docs/data/precision.csv`; one that is there already is not done again.
 * `--data` (needed: cifar10:DIR), `--epochs` (8), `--seeds` (3), `--file`.
 */
export async function run(options: BenchOptions = {}): Promise<BenchResult> {
  const { data, file = join(packageRoot, 'docs/data/precision.csv') } = options
  if (data === undefined) throw new RangeError('--data cifar10:DIR is needed')
  const epochs = integerOption(options, 'epochs', 8)
  const seeds = Array.from({ length: integerOption(options, 'seeds', 3) }, (_, seed) => seed)
  mkdirSync(dirname(file), { recursive: true })
  if (!existsSync(file)) writeFileSync(file, `${COLUMNS}\n`)
  const dataset = await loadDataset(data)
  for (const seed of seeds)
    for (const precision of PRECISIONS) {
      if (accuracyOf(file, precision, seed) !== undefined) continue
      appendFileSync(file, `${(await train(dataset, precision, seed, epochs)).join(',')}\n`)
    }
  return {
    name: 'precision',
    rows: seeds.map(seed => {
      const [theirs, ours] = PRECISIONS.map(precision => accuracyOf(file, precision, seed)!)
      return row(`ResNet-20, seed ${seed}: test accuracy, bf16 / float32`, ours!, theirs!)
    }),
  }
}

function accuracyOf(file: string, precision: Precision, seed: number): number | undefined {
  const found = readFileSync(file, 'utf8')
    .split('\n')
    .map(line => line.split(','))
    .find(([itsPrecision, itsSeed]) => itsPrecision === precision && Number(itsSeed) === seed)
  return found && Number(found[5])
}

async function train(dataset: Dataset, precision: Precision, seed: number, epochs: number) {
  const plan: TrainingPlan = {
    epochs,
    batchSize: 128,
    learningRate: 0.1,
    warmupEpochs: 0.5,
    weightDecay: 5e-4,
    labelSmoothing: 0,
    optimizer: { kind: 'momentum', momentum: 0.9, nesterov: true },
    precision,
  }
  const source = openBatches({
    dataset,
    images: 'train',
    indices: Int32Array.from({ length: dataset.train.count }, (_, i) => i),
    batchSize: plan.batchSize,
    seed,
    augment: { crop: 4, flip: true },
    dropPartial: true,
  })
  const training = startTraining(resnet({ depth: 20 }), plan, seed)
  const began = performance.now()
  let [loss, right, count] = [0, 0, 0]
  for (let epoch = 0; epoch < epochs; epoch++) {
    ;[loss, right, count] = [0, 0, 0]
    for (let step = 0; step < source.stepsPerEpoch; step++) {
      const result = await trainingStep(training, source, plan, seed)
      loss += result.loss * result.count
      right += result.right
      count += result.count
    }
    process.stderr.write(
      `${precision}, seed ${seed}, epoch ${epoch + 1} of ${epochs}: loss ${(loss / count).toFixed(3)}\n`,
    )
  }
  const seconds = (performance.now() - began) / 1000
  const { accuracy } = evaluate(training.model, inOrder(dataset, 'test'))
  const waiting = source.waiting().share
  disposeTraining(training)
  await source.close()
  return [
    precision,
    seed,
    epochs,
    ...[loss / count, right / count, accuracy, seconds, waiting].map(value => value.toPrecision(5)),
  ]
}
