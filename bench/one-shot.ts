import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkedSupernet, givenSupernet } from '../src/cli/one-shot-options.js'
import { progressSink } from '../src/cli/progress-sink.js'
import { kendall, spearman } from '../src/cost/index.js'
import { EVALUATION_BATCH, inOrder, loadDataset, splitTraining } from '../src/data/index.js'
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
  type OneShotPlan,
  type OneShotScore,
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
import { type BenchOptions, type BenchResult, type BenchRow, integerOption, row } from './bench.js'

const SEED = 0

/** A random network: what it costs, and its accuracy when trained by itself. */
interface Point extends Trained {
  readonly macs: number
}

/** A trained supernet by the name it was given by. */
interface GivenSupernet {
  readonly name: string
  readonly given: NonNullable<OneShotPlan['supernet']>
}

/** What one supernet says of every network, by that many held-out images. */
interface Scoring {
  readonly supernet: string
  readonly images: number
  /** One a network. */
  readonly scores: readonly OneShotScore[]
}

/**
 * Rank correlation of one-shot scores (ours) and of MACs (theirs) with the accuracy of the same networks trained from
 * scratch by one short schedule: random networks spread over all prices of the space. They are trained in one run,
 * `NAME`, that is continued where it is unfinished and read where it is done; it ends with a table in
 * `docs/data/one-shot.csv` and a figure.
 *
 * `--data` (needed: cifar10:DIR), `--space` (cifar10-mbconv), `--nets` (20), `--epochs` of the supernet, `--train-epochs`
 * of every network, `--share` of the images that the supernet sees, `--batch`, `--images` of a score (or several numbers,
 * by comma), `--name` (one-shot), `--docs` (where `data` and `images` go). `--supernet RUN` takes the supernet of another
 * one-shot search; of several, by comma, the first is the run's, and the others score its networks too.
 */
export async function run(options: BenchOptions = {}): Promise<BenchResult> {
  const { data, name = 'one-shot', docs = join(packageRoot, 'docs') } = options
  if (data === undefined) throw new RangeError('--data cifar10:DIR is needed')
  const space = readSpace(options['space'] ?? 'cifar10-mbconv')
  const images = imagesOf(options)
  const asked = await supernetsOf(options, space)
  const own = { images: images[0]!, ...(asked[0] && { supernet: asked[0].given }) }
  const config = await configOf(options, data, space, own)
  const opened = begin(name, config)
  const dataset = await loadDataset(data)
  const { heldOut } = config
  const given = await givenSupernet(config.oneShot, space)
  const job = oneShotJob(config, dataset, SEED, {
    ...(given && { given }),
    keep: weights => writeFileSync(keptIn(opened), writeSupernet(space, { weights, heldOut, seed: SEED })),
  })
  const progress = progressSink()
  const { trained } = await drive(job, opened, { progress }).finally(() => progress.end())
  const points = trained.slice(1).map(network => ({
    ...network,
    macs: exactPrice(config.prices[0]!, space, network.architecture),
  }))
  const supernets = asked.map(each => ({ name: each.name, file: each.given.file }))
  if (supernets.length === 0) supernets.push({ name, file: keptIn(opened) })
  const { heldOut: indices } = splitTraining(dataset.train, { heldOut, seed: SEED })
  const batchesOf = (most: number) =>
    equalBatches(inOrder(dataset, 'train', indices), { most, size: EVALUATION_BATCH })
  const scorings = supernets.flatMap(supernet => {
    const { weights } = readSupernet(readFileSync(supernet.file), space, supernet.file)
    return images.map((most): Scoring => {
      const scorer = oneShotScorer(space, weights, batchesOf(most))
      const scores = points.map(({ architecture }) => scorer.score(architecture))
      scorer.dispose()
      return { supernet: supernet.name, images: most, scores }
    })
  })
  await write(points, scorings, docs)
  return { name: 'one-shot', rows: scorings.flatMap(scoring => rowsOf(points, scoring)) }
}

const listed = (text: string | undefined): string[] => text?.split(',') ?? []

/** Images of a score: the first number is what the run's own candidates are scored by. */
const imagesOf = ({ images }: BenchOptions): number[] =>
  images === undefined
    ? [ONE_SHOT_PLAN.images]
    : listed(images).map(each => integerOption({ images: each }, 'images', 0))

/** The supernets that are given, each read once: a wrong one ends the bench before anything is trained. */
async function supernetsOf(options: BenchOptions, space: Space): Promise<GivenSupernet[]> {
  const supernets: GivenSupernet[] = []
  for (const name of listed(options['supernet']))
    supernets.push({ name, given: await checkedSupernet(name, space, SEED) })
  return supernets
}

const keptIn = ({ folder }: Run): string => join(folder, SUPERNET_FILE)

async function configOf(
  options: BenchOptions,
  data: string,
  space: Space,
  own: Pick<OneShotPlan, 'images' | 'supernet'>,
): Promise<OneShotConfig> {
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
    oneShot: { ...ONE_SHOT_PLAN, candidates: 20, generations: 0, ...own },
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

function rowsOf(points: readonly Point[], { supernet, images, scores }: Scoring): BenchRow[] {
  const macs = points.map(point => point.macs)
  const ways = {
    accuracy: scores.map(({ accuracy }) => accuracy),
    '−cross-entropy': scores.map(({ crossEntropy }) => -crossEntropy),
  }
  return (['validation', 'test'] as const).flatMap(key =>
    Object.entries({ 'Kendall τ': kendall, 'Spearman ρ': spearman }).flatMap(([what, correlation]) =>
      Object.entries(ways).map(([way, values]) => {
        const by = `${way} by ${supernet} on ${images} images, MACs`
        const truth = points.map(point => point[key])
        const on = key === 'validation' ? 'held-out' : 'test'
        return row(
          `${what} with accuracy on ${on} images: ${by}`,
          correlation(values, truth),
          correlation(macs, truth),
        )
      }),
    ),
  )
}

const COLUMNS = [
  ...['supernet', 'images', 'network', 'macs', 'one_shot_accuracy', 'one_shot_cross_entropy'],
  ...['held_out', 'test', 'architecture'],
]

async function write(points: readonly Point[], scorings: readonly Scoring[], docs: string): Promise<void> {
  for (const folder of ['data', 'images']) mkdirSync(join(docs, folder), { recursive: true })
  const short = (value: number) => Number(value.toPrecision(5))
  const cells = scorings.flatMap(({ supernet, images, scores }) =>
    points.map(({ name, macs, validation, test, architecture }, i) => [
      ...[supernet, images, name, macs, short(scores[i]!.accuracy), short(scores[i]!.crossEntropy)],
      ...[short(validation), short(test), architecture.join(' ')],
    ]),
  )
  writeFileSync(join(docs, 'data', 'one-shot.csv'), csv(COLUMNS, cells))
  const title = 'Random networks scored in a supernet, and trained by themselves'
  const figure = await drawFigure({ title, spec: chart(points, scorings) }, 'one-shot')
  writeFileSync(join(docs, 'images', 'one-shot.svg'), standalone(figure))
}

/** A panel for each supernet, by the most images that it was scored by. */
function chart(points: readonly Point[], scorings: readonly Scoring[]) {
  const axis = (field: string, title: string) => ({
    ...{ field, type: 'quantitative', title },
    ...{ axis: { format: '%' }, scale: { zero: false, padding: 20 } },
  })
  const most = Math.max(...scorings.map(({ images }) => images))
  const values = scorings
    .filter(({ images }) => images === most)
    .flatMap(({ supernet, scores }) =>
      points.map(({ macs, validation }, i) => ({ supernet, macs, validation, score: scores[i]!.accuracy })),
    )
  const names = [...new Set(scorings.map(({ supernet }) => supernet))]
  return {
    ...{ width: 340, height: 300 },
    data: { values },
    mark: { type: 'point', size: 90 },
    encoding: {
      facet: { field: 'supernet', type: 'nominal', title: 'supernet', sort: names, columns: 2 },
      x: axis('score', 'accuracy with shared weights'),
      y: axis('validation', 'accuracy when trained by itself'),
      color: { field: 'macs', type: 'quantitative', title: 'MACs', legend: { format: '~s' } },
    },
    resolve: { scale: { x: 'independent' } },
  }
}
