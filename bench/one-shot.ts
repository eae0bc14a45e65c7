import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkedSupernet, givenSupernet } from '../src/cli/one-shot-options.js'
import { progressSink } from '../src/cli/progress-sink.js'
import { kendall, spearman } from '../src/cost/index.js'
import { type Dataset, EVALUATION_BATCH, inOrder, loadDataset, splitTraining } from '../src/data/index.js'
import { packageRoot } from '../src/package-root.js'
import { random } from '../src/random.js'
import {
  createRun,
  csv,
  drawFigure,
  drive,
  openRun,
  type Run,
  runsRoot,
  standalone,
} from '../src/runs/index.js'
import {
  type Architecture,
  cheapest,
  equalBatches,
  exactPrice,
  largest,
  type NamedArchitecture,
  ONE_SHOT_PLAN,
  type OneShotConfig,
  oneShotJob,
  oneShotScorer,
  type Price,
  pricesOf,
  randomArchitecture,
  randomWithin,
  readSpace,
  readSupernet,
  SEARCH_PLAN,
  type Space,
  SUPERNET_FILE,
  TRAINING_PLAN,
  type Trained,
  writeSupernet,
} from '../src/search/index.js'
import { type BenchOptions, type BenchResult, integerOption, row } from './bench.js'

const SEED = 0

/** A random network: what it costs, its one-shot score, and its accuracy when trained by itself. */
interface Point extends Trained {
  readonly macs: number
  readonly score: number
  readonly crossEntropy: number
}

/**
 * Rank correlation of one-shot scores (ours) and of MACs (theirs) with the accuracy of the same networks trained from
 * scratch by one short schedule: random networks spread over all prices of the space. They are trained in one run,
 * `NAME`, that is continued where it is unfinished and read where it is done; it ends with a table in
 * `docs/data/one-shot.csv` and a figure.
 *
 * `--data` (needed: cifar10:DIR), `--space` (cifar10-mbconv), `--nets` (20), `--epochs` of the supernet, `--train-epochs`
 * of every network, `--share` of the images that the supernet sees, `--batch`, `--images` of a score, `--name`
 * (one-shot), `--docs` (where `data` and `images` go). `--supernet RUN` takes the supernet of another one-shot search.
 */
export async function run(options: BenchOptions = {}): Promise<BenchResult> {
  const { data, name = 'one-shot', docs = join(packageRoot, 'docs') } = options
  if (data === undefined) throw new RangeError('--data cifar10:DIR is needed')
  const config = await configOf(options, data)
  const opened = begin(name, config)
  const dataset = await loadDataset(data)
  const { space, heldOut } = config
  const given = await givenSupernet(config.oneShot, space)
  const job = oneShotJob(config, dataset, SEED, {
    ...(given && { given }),
    keep: weights => writeFileSync(keptIn(opened), writeSupernet(space, { weights, heldOut, seed: SEED })),
  })
  const progress = progressSink()
  const { trained } = await drive(job, opened, { progress }).finally(() => progress.end())
  const points = pointsOf(opened, config, dataset, trained.slice(1))
  await write(points, docs)
  return { name: 'one-shot', rows: rowsOf(points) }
}

const keptIn = ({ folder }: Run): string => join(folder, SUPERNET_FILE)

async function configOf(options: BenchOptions, data: string): Promise<OneShotConfig> {
  const space = readSpace(options['space'] ?? 'cifar10-mbconv')
  const { supernet } = options
  const share = Number(options['share'] ?? 1)
  if (!(share > 0 && share <= 1))
    throw new RangeError(`--share takes a number above 0 and up to 1, got "${options['share']}"`)
  const batchSize = integerOption(options, 'batch', SEARCH_PLAN.batchSize)
  const prices = await pricesOf(space, [
    { metric: 'macs', op: '<=', bound: 0.5, relative: true, text: 'macs<=50%' },
  ])
  return {
    ...{ space, data, prices, heldOut: 0.1, searchShare: share, augment: { crop: 4, flip: true } },
    search: {
      ...{ ...SEARCH_PLAN, batchSize },
      epochs: integerOption(options, 'epochs', SEARCH_PLAN.epochs),
      warmupEpochs: 0,
    },
    training: {
      ...{ ...TRAINING_PLAN, batchSize },
      epochs: integerOption(options, 'train-epochs', TRAINING_PLAN.epochs),
    },
    oneShot: {
      ...{ ...ONE_SHOT_PLAN, candidates: 20, generations: 0 },
      images: integerOption(options, 'images', ONE_SHOT_PLAN.images),
      ...(supernet !== undefined && { supernet: await checkedSupernet(supernet, space, SEED) }),
    },
    baselines: networksOf(space, prices[0]!, integerOption(options, 'nets', 20)),
  }
}

/** Different random networks, evenly over the way from the cheapest to the largest. */
function networksOf(space: Space, price: Price, count: number): NamedArchitecture[] {
  const [from, to] = [cheapest(space, price), largest(space)].map(each => exactPrice(price, space, each)) as [
    number,
    number,
  ]
  const stream = random(SEED, 'networks')
  const taken = new Set<string>()
  return Array.from({ length: count }, (_, i) => {
    const bound = from + ((i + 0.5) / count) * (to - from)
    const off = (architecture: Architecture) => Math.abs(exactPrice(price, space, architecture) - bound)
    const near = randomWithin(space, [{ ...price, bound }], count, i)
    // Where none is that near, the nearest of many.
    const others = Array.from({ length: 500 }, () => randomArchitecture(space, stream))
    const free = (architecture: Architecture) => !taken.has(architecture.join())
    const nearest = () => others.filter(free).reduce((a, b) => (off(b) < off(a) ? b : a))
    const architecture = near.find(free) ?? nearest()
    taken.add(architecture.join())
    return { name: `net-${i + 1}`, architecture }
  })
}

/** The run of that name, new or begun. Throws RangeError when it was begun with other options. */
function begin(name: string, config: OneShotConfig): Run {
  if (!existsSync(join(runsRoot(), name))) return createRun({ name, command: 'search', config, seed: SEED })
  const run = openRun(undefined, name)
  if (JSON.stringify(run.config) === JSON.stringify(config)) return run
  throw new RangeError(`the run ${name} was begun with other options; give them again, or another --name`)
}

function pointsOf(
  run: Run,
  { space, heldOut, oneShot, prices }: OneShotConfig,
  dataset: Dataset,
  networks: readonly Trained[],
): Point[] {
  const file = oneShot.supernet?.file ?? keptIn(run)
  const { weights } = readSupernet(readFileSync(file), space, file)
  const indices = splitTraining(dataset.train, { heldOut, seed: SEED }).heldOut
  const size = { most: oneShot.images, size: EVALUATION_BATCH }
  const scorer = oneShotScorer(space, weights, equalBatches(inOrder(dataset, 'train', indices), size))
  const points = networks.map(network => {
    const { accuracy: score, crossEntropy } = scorer.score(network.architecture)
    return { ...network, macs: exactPrice(prices[0]!, space, network.architecture), score, crossEntropy }
  })
  scorer.dispose()
  return points
}

function rowsOf(points: readonly Point[]) {
  const of = (key: 'macs' | 'score' | 'crossEntropy' | 'validation' | 'test') =>
    points.map(point => point[key])
  return (['validation', 'test'] as const).flatMap(key => {
    const images = key === 'validation' ? 'held-out' : 'test'
    return Object.entries({ 'Kendall τ': kendall, 'Spearman ρ': spearman }).flatMap(([what, correlation]) => [
      row(`${what} with accuracy on ${images} images: score, MACs`, ...pair(correlation, 'score')),
      row(
        `${what} with accuracy on ${images} images: −cross-entropy, MACs`,
        ...pair(correlation, 'crossEntropy'),
      ),
    ])

    function pair(correlation: typeof kendall, by: 'score' | 'crossEntropy'): [number, number] {
      const sign = by === 'score' ? 1 : -1
      return [
        correlation(
          of(by).map(value => sign * value),
          of(key),
        ),
        correlation(of('macs'), of(key)),
      ]
    }
  })
}

const COLUMNS = [
  'network',
  'macs',
  'one_shot_accuracy',
  'one_shot_cross_entropy',
  'held_out',
  'test',
  'architecture',
]

async function write(points: readonly Point[], docs: string): Promise<void> {
  for (const folder of ['data', 'images']) mkdirSync(join(docs, folder), { recursive: true })
  const short = (value: number) => Number(value.toPrecision(5))
  const cells = points.map(({ name, macs, score, crossEntropy, validation, test, architecture }) => [
    ...[name, macs, ...[score, crossEntropy, validation, test].map(short)],
    architecture.join(' '),
  ])
  writeFileSync(join(docs, 'data', 'one-shot.csv'), csv(COLUMNS, cells))
  const title = 'Random networks scored in the supernet, and trained by themselves'
  const figure = await drawFigure({ title, spec: chart(points) }, 'one-shot')
  writeFileSync(join(docs, 'images', 'one-shot.svg'), standalone(figure))
}

function chart(points: readonly Point[]) {
  const axis = (field: string, title: string) => ({
    ...{ field, type: 'quantitative', title },
    ...{ axis: { format: '%' }, scale: { zero: false, padding: 20 } },
  })
  return {
    data: { values: points.map(({ macs, score, test }) => ({ macs, score, test })) },
    mark: { type: 'point', size: 90 },
    encoding: {
      x: axis('score', 'accuracy with shared weights, held-out images'),
      y: axis('test', 'accuracy when trained by itself, test images'),
      color: { field: 'macs', type: 'quantitative', title: 'MACs', legend: { format: '~s' } },
    },
  }
}
